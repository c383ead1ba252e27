using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>The servers that recorded cases talk to: TLS on both loopback addresses, plain http, and a proxy.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    internal TestApiServer Tls { get; } = new(IPAddress.Loopback, TestCertificates.Instance.Server);

    internal TestApiServer? Tls6 { get; } =
        Socket.OSSupportsIPv6 ? new(IPAddress.IPv6Loopback, TestCertificates.Instance.Server) : null;

    internal TestApiServer Plain { get; } = new(IPAddress.Loopback, certificate: null);

    internal TestProxy Proxy { get; }

    public TestCluster()
    {
        Proxy = new TestProxy(ProxyKind.Http, Tls.Port);
    }

    internal string Address => $"https://127.0.0.1:{Tls.Port}";

    internal IEnumerable<SeenRequest> Requests() =>
        Tls.Requests.Concat(Plain.Requests).Concat(Tls6?.Requests ?? []);

    internal void Forget()
    {
        Tls.Requests.Clear();
        Plain.Requests.Clear();
        Tls6?.Requests.Clear();
        Tls.Answer = TestApiServer.DefaultAnswer;
    }

    /// <summary>Gets the pod "web" as a client of this configuration; throws on any status but 200.</summary>
    internal static async Task<string> GetPodAsync(ClusterConfiguration configuration)
    {
        using var client = new HttpClient(HttpHandlerFactory.Create(configuration)) { Timeout = TimeSpan.FromSeconds(30) };
        return await GetPodAsync(client, configuration);
    }

    internal static async Task<string> GetPodAsync(HttpClient client, ClusterConfiguration configuration)
    {
        var uri = new Uri(configuration.Server, $"api/v1/namespaces/{configuration.Namespace}/pods/web");
        JsonObject? pod = await client.GetFromJsonAsync<JsonObject>(uri);
        return (string)pod!["metadata"]!["name"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Tls.DisposeAsync();
        await Plain.DisposeAsync();
        if (Tls6 is not null)
        {
            await Tls6.DisposeAsync();
        }
    }
}
