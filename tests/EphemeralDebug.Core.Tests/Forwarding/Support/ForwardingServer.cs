using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Forwarding;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.Forwarding.Support;

/// <summary>
/// An API server on loopback, with TLS, that has one running pod. What happens behind the pod's ports is the test's.
/// </summary>
internal sealed class ForwardingServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromMinutes(2));
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly TaskCompletionSource<string> _podChange = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TcpListener _listener;
    private readonly Func<ForwardPeer, Task> _play;
    private readonly Task _accepting;
    private readonly SemaphoreSlim _listening = new(0);
    private int _peers;

    public ForwardingServer(Func<ForwardPeer, Task> play)
    {
        _play = play;
        // The port is chosen before, so that the server comes back at it.
        int port = FindFreePort();
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
        var configuration = new ClusterConfiguration
        {
            Server = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{port}/")),
            InsecureSkipTlsVerify = true,
        };
        Session = new ClusterSession(configuration, TimeProvider.System);
    }

    public ClusterSession Session { get; }

    /// <summary>More than any step takes.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public CancellationToken Token => _stop.Token;

    public string Phase { get; set; } = "Running";

    /// <summary>Parts of the containers' specification.</summary>
    public string Ports { get; set; } = """[{"name":"http","containerPort":8080},{"name":"dns","containerPort":53,"protocol":"UDP"}]""";

    /// <summary>The answer to every request for the subresource, in place of a connection.</summary>
    public (int Status, string Body)? Refusal { get; set; }

    /// <summary>The forwarded connections that are open.</summary>
    public int Peers => Volatile.Read(ref _peers);

    /// <summary>The targets of the requests for connections.</summary>
    public ConcurrentQueue<ScriptedRequest> Upgrades { get; } = new();

    public async Task<PortForward> ForwardAsync(string port = ":8080", params string[] addresses)
    {
        PortForwardStarter starter = await PortForwardStarter.CreateAsync(Session, "default", "web", Token);
        return starter.Start(
            PortSpec.Parse(port), LocalAddresses.Parse(addresses is [] ? ["localhost"] : addresses), warning => Assert.Fail(warning));
    }

    /// <summary>Opens a local connection and lets the test talk through it.</summary>
    public async Task<Socket> ConnectAsync(PortForward forward, IPAddress? address = null)
    {
        var socket = new Socket((address ?? IPAddress.Loopback).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(address ?? IPAddress.Loopback, forward.LocalPort), Token);
        return socket;
    }

    /// <summary>Tells the watches that the pod has changed or is gone.</summary>
    public void TellPod(string type, string phase) => _podChange.TrySetResult($$"""{"type":"{{type}}","object":{{Pod(phase)}}}""");

    /// <summary>Refuses connections as a server does that is being restarted.</summary>
    public void GoAway() => _listener.Stop();

    /// <summary>Takes connections again, at the address of before.</summary>
    public void ComeBack()
    {
        _listener.Start();
        _listening.Release();
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections);
        _listening.Dispose();
        _stop.Dispose();
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(Token)));
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException && !_stop.IsCancellationRequested)
            {
                await _listening.WaitAsync(Token);
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = TestCertificates.Instance.Server }, Token);
                await AnswerAsync(await ScriptedServer.ReadAsync(tls, Token), tls, client);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or WebSocketException or SocketException or ObjectDisposedException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(ScriptedRequest request, Stream stream, TcpClient client)
    {
        if (request.IsWatch)
        {
            await WatchAsync(stream);
        }
        else if (!request.Path.EndsWith("/portforward", StringComparison.Ordinal))
        {
            await ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(200, "application/json", Pod(Phase)), Token);
        }
        else if (Refusal is { } refusal)
        {
            await ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(refusal.Status, "application/json", refusal.Body), Token);
        }
        else if (!request.Headers.TryGetValue("Sec-WebSocket-Key", out string? key))
        {
            await ScriptedServer.WriteAsync(
                stream,
                ScriptedServer.Answer(400, "application/json", """{"kind":"Status","status":"Failure","message":"Upgrade request required","reason":"BadRequest","code":400}"""),
                Token);
        }
        else
        {
            Upgrades.Enqueue(request);
            await UpgradeAsync(stream, client, key);
        }
    }

    private async Task WatchAsync(Stream stream)
    {
        await ScriptedServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n", Token);
        await ScriptedServer.WriteAsync(stream, await _podChange.Task.WaitAsync(Token) + "\n", Token);
        await Task.Delay(Timeout.Infinite, Token);
    }

    private async Task UpgradeAsync(Stream stream, TcpClient client, string key)
    {
        // SHA-1 is what RFC 6455 prescribes.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        await ScriptedServer.WriteAsync(
            stream,
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n",
            Token);
        using WebSocket socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        Interlocked.Increment(ref _peers);
        try
        {
            await _play(new ForwardPeer(socket, client, Token));
        }
        finally
        {
            Interlocked.Decrement(ref _peers);
        }
    }

    private string Pod(string phase) =>
        $$$"""{"metadata":{"name":"web","namespace":"default","uid":"u1","resourceVersion":"5"},"spec":{"containers":[{"name":"app","ports":{{{Ports}}}}]},"status":{"phase":"{{{phase}}}"}}""";
}
