using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using EphemeralDebug.Sandbox.Hosting;

namespace EphemeralDebug.Integration.Tests.Faults;

/// <summary>
/// Passes what comes by plain http on to a sandbox, as its administrator, and keeps what the sandbox answers: the bytes of
/// a real exchange.
/// </summary>
internal sealed class RecordingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly MemoryStream _answer = new();
    private readonly SandboxServer _sandbox;
    private readonly Task _relaying;

    public RecordingRelay(SandboxServer sandbox)
    {
        _sandbox = sandbox;
        _listener.Start();
        _relaying = RelayAsync();
    }

    public Uri Address => new UriBuilder("http", "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port).Uri;

    /// <summary>Ends the exchange and gets what was answered in it.</summary>
    public async Task<byte[]> FinishAsync()
    {
        await _stop.CancelAsync();
        await _relaying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _answer.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await FinishAsync();
        _listener.Stop();
        _stop.Dispose();
        await _answer.DisposeAsync();
    }

    private async Task RelayAsync()
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _sandbox.Port, _stop.Token);
        await using var tls = new SslStream(server.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            ClientCertificates = [_sandbox.AdministratorCertificate],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        await tls.AuthenticateAsClientAsync(options, _stop.Token);
        await Task.WhenAny(client.GetStream().CopyToAsync(tls, _stop.Token), RecordAsync(tls, client.GetStream()));
    }

    private async Task RecordAsync(SslStream from, NetworkStream to)
    {
        byte[] buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, _stop.Token) is int count and > 0)
        {
            // Kept first: when the client has it, the exchange may be over.
            _answer.Write(buffer, 0, count);
            await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
