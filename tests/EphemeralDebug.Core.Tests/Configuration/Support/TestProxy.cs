using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>How a test proxy is spoken to.</summary>
internal enum ProxyKind
{
    Http,
    Https,
    Socks5,
}

/// <summary>A proxy that leads every connection to one port of this machine, whatever it is asked for.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ProxyKind _kind;
    private readonly int _targetPort;
    private readonly string? _userInfo;
    private readonly Task _accepting;

    public TestProxy(ProxyKind kind, int targetPort, string? userInfo = null)
    {
        (_kind, _targetPort, _userInfo) = (kind, targetPort, userInfo);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The local ports of the connections to the target: where proxied requests come from.</summary>
    public ConcurrentDictionary<int, bool> OutgoingPorts { get; } = new();

    /// <summary>The destinations that were asked for, as host:port.</summary>
    public ConcurrentQueue<string> Destinations { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                Stream stream = client.GetStream();
                if (_kind == ProxyKind.Https)
                {
                    var tls = new SslStream(stream);
                    X509Certificate2 certificate = TestCertificates.Instance.Server;
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = certificate }, _stop.Token);
                    stream = tls;
                }

                if (!await (_kind == ProxyKind.Socks5 ? SocksAsync(stream) : ConnectAsync(stream)))
                {
                    return;
                }

                await target.ConnectAsync(IPAddress.Loopback, _targetPort, _stop.Token);
                OutgoingPorts[((IPEndPoint)target.Client.LocalEndPoint!).Port] = true;
                await AcknowledgeAsync(stream);
                await Task.WhenAny(
                    stream.CopyToAsync(target.GetStream(), _stop.Token),
                    target.GetStream().CopyToAsync(stream, _stop.Token));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
            {
                // Either side went away.
            }
        }
    }

    private async Task<bool> ConnectAsync(Stream stream)
    {
        while (true)
        {
            string[] lines = (await ReadHeadAsync(stream)).Split("\r\n");
            string expected = $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(_userInfo ?? ""))}";
            if (_userInfo is null || lines.Contains(expected))
            {
                Destinations.Enqueue(lines[0].Split(' ')[1]);
                return true;
            }

            await stream.WriteAsync(
                "HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(),
                _stop.Token);
        }
    }

    private async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task<bool> SocksAsync(Stream stream)
    {
        byte[] buffer = new byte[256];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), _stop.Token);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, buffer[1]), _stop.Token);
        await stream.WriteAsync(new byte[] { 5, 0 }, _stop.Token);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 5), _stop.Token);
        if (buffer[3] != 3)
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, (buffer[3] == 1 ? 4 : 16) - 1 + 2), _stop.Token);
            Destinations.Enqueue("an address");
            return true;
        }

        int length = buffer[4];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, length + 2), _stop.Token);
        Destinations.Enqueue($"{Encoding.ASCII.GetString(buffer, 0, length)}:{(buffer[length] << 8) + buffer[length + 1]}");
        return true;
    }

    private async Task AcknowledgeAsync(Stream stream)
    {
        byte[] answer = _kind == ProxyKind.Socks5
            ? [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]
            : "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();
        await stream.WriteAsync(answer, _stop.Token);
    }
}
