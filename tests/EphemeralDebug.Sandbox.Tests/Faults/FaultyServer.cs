using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using EphemeralDebug.Sandbox.Hosting;

namespace EphemeralDebug.Sandbox.Tests.Faults;

/// <summary>A sandbox, and clients that ask it over HTTP/1.1 or HTTP/2 and no other.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly List<HttpClient> _clients = [];

    private FaultyServer(SandboxServer server) => Server = server;

    public SandboxServer Server { get; }

    public static async Task<FaultyServer> StartAsync(SandboxOptions options) => new(await SandboxServer.StartAsync(options));

    /// <summary>A client with connections of its own.</summary>
    public HttpClient Client(Version version)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = Trust();
        handler.SslOptions.ClientCertificates = [Server.AdministratorCertificate];
        var client = new HttpClient(handler)
        {
            BaseAddress = Server.Address,
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _clients.Add(client);
        return client;
    }

    /// <summary>Opens a stream of a pod.</summary>
    public async Task<ClientWebSocket> OpenAsync(string pathAndQuery, CancellationToken cancellationToken, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        foreach (string protocol in protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        socket.Options.ClientCertificates = [Server.AdministratorCertificate];
        socket.Options.RemoteCertificateValidationCallback = IsTrusted;
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(Server.Address, pathAndQuery)) { Scheme = "wss" }.Uri, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Server.DisposeAsync();
    }

    private X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { Server.CertificateAuthority },
    };

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        using var own = new X509Chain { ChainPolicy = Trust() };
        return own.Build((X509Certificate2)certificate!);
    }
}
