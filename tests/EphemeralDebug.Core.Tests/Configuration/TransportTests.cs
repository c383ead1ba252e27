using System.Net;
using System.Net.WebSockets;
using EphemeralDebug.Api;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>What leaves this machine for a configuration, seen from real servers and proxies.</summary>
public sealed class TransportTests : IClassFixture<TestCluster>, IDisposable
{
    private readonly TestCluster _cluster;
    private readonly TestFolder _folder = new();
    private readonly TestEnvironment _environment = new();

    public TransportTests(TestCluster cluster)
    {
        _cluster = cluster;
        cluster.Forget();
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_server_on_IPv6_is_reached_and_verified()
    {
        Skip.If(_cluster.Tls6 is null, "This machine has no IPv6.");
        Skip.If(Platform.IsWine, "Wine's TLS takes no IPv6 address for the server's name.");

        await GetAsync($"https://[::1]:{_cluster.Tls6!.Port}", """ "certificate-authority-data":"<ca.crt>" """);

        Assert.Null(Assert.Single(_cluster.Tls6.Requests).Sni);
    }

    [Theory]
    [InlineData(""" "certificate-authority-data":"<other.crt>" """)]
    [InlineData(""" "certificate-authority-data":"<ca.crt>","tls-server-name":"wrong.example" """)]
    [InlineData("")]
    public async Task A_server_that_cannot_be_verified_gets_no_request(string cluster)
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(_cluster.Address, cluster));

        Assert.Empty(_cluster.Requests());
    }

    [Theory]
    [InlineData("<root.crt>", false)]
    [InlineData("<intermediate.crt>", true)]
    [InlineData("<server.crt>", false)]
    public async Task An_intermediate_authority_in_the_kubeconfig_is_trusted_for_itself(string authority, bool trusted)
    {
        await using var server = new TestApiServer(IPAddress.Loopback, TestCertificates.Instance.ServerOfIntermediate);

        Exception? failure = await Record.ExceptionAsync(() => GetAsync(
            $"https://127.0.0.1:{server.Port}", $""" "certificate-authority-data":"{authority}" """));

        Assert.True(trusted == failure is null, failure?.ToString());
    }

    [Fact]
    public async Task The_servers_own_certificate_in_the_kubeconfig_is_trusted()
    {
        await GetAsync(_cluster.Address, """ "certificate-authority-data":"<server.crt>" """);

        Assert.Single(_cluster.Requests());
    }

    [Fact]
    public async Task The_name_for_tls_is_asked_for_and_verified()
    {
        await GetAsync(
            _cluster.Address, """ "certificate-authority-data":"<ca.crt>","tls-server-name":"inner.example" """);

        Assert.Equal("inner.example", Assert.Single(_cluster.Requests()).Sni);
    }

    [Fact]
    public async Task Compression_is_not_asked_for_when_it_is_disabled()
    {
        await GetAsync(_cluster.Address, """ "certificate-authority-data":"<ca.crt>","disable-compression":true """);

        Assert.Null(Assert.Single(_cluster.Requests()).Header("Accept-Encoding"));
    }

    [Theory]
    [InlineData(nameof(ProxyKind.Http), "http")]
    [InlineData(nameof(ProxyKind.Https), "https")]
    [InlineData(nameof(ProxyKind.Socks5), "socks5")]
    public async Task Requests_take_the_configured_proxy_of_any_kind_even_to_loopback(string kind, string scheme)
    {
        await using var proxy = new TestProxy(Enum.Parse<ProxyKind>(kind), _cluster.Tls.Port);
        _environment.Variables["NO_PROXY"] = "*";

        await GetAsync(
            "https://inner.example:6443",
            $""" "certificate-authority-data":"<ca.crt>","proxy-url":"{scheme}://localhost:{proxy.Port}" """);

        Assert.Contains(Assert.Single(_cluster.Requests()).RemotePort, proxy.OutgoingPorts);
        Assert.Equal(["inner.example:6443"], proxy.Destinations);
    }

    [Fact]
    public async Task A_proxy_gets_the_user_name_and_password_of_its_address()
    {
        await using var proxy = new TestProxy(ProxyKind.Http, _cluster.Tls.Port, "me:p w");

        await GetAsync(
            _cluster.Address,
            $""" "certificate-authority-data":"<ca.crt>","proxy-url":"http://me:p%20w@127.0.0.1:{proxy.Port}" """);

        Assert.Single(proxy.Destinations);
    }

    [Fact]
    public async Task The_identity_to_act_as_is_sent_whole()
    {
        ClusterConfiguration configuration = Load(
            _cluster.Address,
            """ "certificate-authority-data":"<ca.crt>" """,
            """
            {"token":"t","as":"jané","as-uid":"7","as-groups":["a","b"],"as-user-extra":{"x/y z%":["1","2"]}}
            """);

        await TestCluster.GetPodAsync(configuration);

        SeenRequest request = Assert.Single(_cluster.Requests());
        Assert.Equal("jané", request.Header("Impersonate-User"));
        Assert.Equal("7", request.Header("Impersonate-Uid"));
        Assert.Equal(["a", "b"], Values(request, "Impersonate-Group"));
        Assert.Equal(["1", "2"], Values(request, "Impersonate-Extra-x%2Fy%20z%25"));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _cluster.Tls.Answer = _ => (302, $"Location: http://127.0.0.1:{_cluster.Plain.Port}/elsewhere\r\n");

        await Assert.ThrowsAsync<HttpRequestException>(
            () => GetAsync(_cluster.Address, """ "certificate-authority-data":"<ca.crt>" """));

        Assert.Empty(_cluster.Plain.Requests);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("https://localhost:{0}/")]
    [InlineData("http://127.0.0.1:{0}/")]
    public async Task Credentials_are_never_sent_to_another_server(string address)
    {
        ClusterConfiguration configuration = Load(
            _cluster.Address, """ "certificate-authority-data":"<ca.crt>" """, """{"token":"t"}""");
        using var client = new HttpClient(HttpHandlerFactory.Create(configuration));
        string other = address.Replace("{0}", $"{_cluster.Tls.Port}", StringComparison.Ordinal);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync(new Uri(other)));

        Assert.Empty(_cluster.Requests());
    }

    [Fact]
    public async Task A_WebSocket_authenticates_as_other_requests_do()
    {
        ClusterConfiguration configuration = Load(
            _cluster.Address, """ "certificate-authority-data":"<ca.crt>" """, """{"token":"t","as":"jane"}""");
        using var invoker = new HttpMessageInvoker(HttpHandlerFactory.Create(configuration));
        using var socket = new ClientWebSocket();
        var uri = new UriBuilder(configuration.Server) { Scheme = "wss" }.Uri;

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(uri, invoker, limit.Token));

        SeenRequest request = Assert.Single(_cluster.Requests());
        Assert.Equal("Bearer t", request.Header("Authorization"));
        Assert.Equal("jane", request.Header("Impersonate-User"));
        Assert.Equal("websocket", request.Header("Upgrade"));
    }

    private static IEnumerable<string> Values(SeenRequest request, string name) =>
        request.Headers.Where(header => header.Key == name).Select(header => header.Value);

    private Task<string> GetAsync(string server, string cluster) =>
        TestCluster.GetPodAsync(Load(server, cluster, """{"token":"t"}"""));

    private ClusterConfiguration Load(string server, string cluster, string user)
    {
        string separator = string.IsNullOrWhiteSpace(cluster) ? "" : ",";
        string path = _folder.WriteKubeConfig(
            TestCertificates.Instance.Expand($$"""{"server":"{{server}}"{{separator}}{{cluster}}}"""), user);
        return new KubeConfigLoader(_environment, TimeProvider.System).Load(new() { KubeConfigPath = path });
    }
}
