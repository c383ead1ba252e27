using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EphemeralDebug.Api;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Streaming;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.Streaming.Support;

/// <summary>A TLS server on loopback that agrees to a WebSocket and leaves all that follows to the test, byte by byte.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    public const string Success = """{"metadata":{},"status":"Success"}""";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<StreamPeer, Task> _play;
    private readonly string _protocol;
    private readonly Task _accepting;
    private readonly ApiClient _client;

    public StreamServer(Func<StreamPeer, Task> play, string protocol = "v5.channel.k8s.io")
    {
        (_play, _protocol) = (play, protocol);
        _listener.Start();
        _accepting = AcceptAsync();
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        _client = new ApiClient(Address, handler);
    }

    /// <summary>More than any step takes.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static StreamRequest Request { get; } = new("default", "web", "debugger") { Command = ["cat"], Input = true };

    public Uri Address =>
        new(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"));

    public Task<RemoteStream> OpenAsync(StreamKeepAlive? keepAlive = null) => RemoteStream.OpenAsync(
        _client, Request with { KeepAlive = keepAlive ?? StreamKeepAlive.Default }, _stop.Token).WaitAsync(Limit);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _client.Dispose();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                var options = new SslServerAuthenticationOptions { ServerCertificate = TestCertificates.Instance.Server };
                await tls.AuthenticateAsServerAsync(options, _stop.Token);
                ScriptedRequest request = await ScriptedServer.ReadAsync(tls, _stop.Token);
                await tls.WriteAsync(Encoding.ASCII.GetBytes(Agree(request.Headers["Sec-WebSocket-Key"])), _stop.Token);
                using var peer = new StreamPeer(request, client, tls, _stop.Token);
                await _play(peer);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    // SHA-1 is what RFC 6455 prescribes.
    private string Agree(string key) =>
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")))
        + $"\r\nSec-WebSocket-Protocol: {_protocol}\r\n\r\n";
}
