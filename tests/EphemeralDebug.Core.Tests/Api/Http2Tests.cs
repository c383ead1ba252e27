using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Watch;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Streaming;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.Api;

public sealed class Http2Tests
{
    private const string Pod = """{"kind":"Pod","metadata":{"name":"web","namespace":"default","resourceVersion":"7"}}""";

    private static readonly CancellationToken s_testLimit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Theory]
    [InlineData(50, 100, 1, 1)]
    [InlineData(35, 10, 2, 4)]
    public async Task Requests_share_a_connection_as_long_as_it_takes_more(
        int requests, uint maximumStreams, int fewest, int most)
    {
        var all = new TaskCompletionSource();
        int arrived = -1;
        await using var server = new Http2Server(
            async request =>
            {
                int number = Interlocked.Increment(ref arrived);
                if (number == requests)
                {
                    all.SetResult();
                }

                await (number == 0 ? Task.CompletedTask : all.Task);
                await request.AnswerAsync(Pod);
            },
            maximumStreams);
        using ClusterSession session = Open(server);

        // With the first answer the client knows how many the server takes at once on this connection.
        await GetAsync(session);
        PodResource[] pods = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => GetAsync(session)));
        Assert.All(pods, pod => Assert.Equal("7", pod.Metadata?.ResourceVersion));

        // A new connection may get more until the server has said it there too.
        Assert.InRange(server.Connections.Count, fewest, most);
        Assert.All(server.Connections, protocol => Assert.Equal("h2", protocol));
    }

    [Theory]
    [InlineData(nameof(ProxyKind.Http), "http")]
    [InlineData(nameof(ProxyKind.Https), "https")]
    [InlineData(nameof(ProxyKind.Socks5), "socks5")]
    public async Task A_proxy_of_any_kind_leads_HTTP_2_through(string kind, string scheme)
    {
        await using var server = new Http2Server(request => request.AnswerAsync(Pod));
        await using var proxy = new TestProxy(Enum.Parse<ProxyKind>(kind), server.Port);
        ClusterConfiguration configuration = Configuration(server) with
        {
            ProxySelection = ProxySelection.Fixed(new Uri($"{scheme}://localhost:{proxy.Port}")),
        };
        using var session = new ClusterSession(configuration, new FastTime());
        await GetAsync(session);
        Assert.Equal(["h2"], server.Connections);
        Assert.Single(proxy.Destinations);
    }

    [Fact]
    public async Task A_server_with_HTTP_1_alone_is_spoken_to_in_that()
    {
        await using var server = new TestApiServer(IPAddress.Loopback, TestCertificates.Instance.Server)
        {
            Answer = _ => (200, "Content-Type: application/json\r\n"),
        };
        var configuration = new ClusterConfiguration { Server = new Uri($"https://127.0.0.1:{server.Port}"), CertificateAuthorities = Authorities };
        using var session = new ClusterSession(configuration, new FastTime());
        PodResource[] pods = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync(session)));
        Assert.All(pods, pod => Assert.Equal("web", pod.Metadata?.Name));
    }

    [Fact]
    public async Task A_stream_is_opened_by_HTTP_1_while_requests_go_by_HTTP_2()
    {
        await using var server = new Http2Server(request => request.AnswerAsync(Pod));
        using ClusterSession session = Open(server);
        await GetAsync(session);
        var exec = new StreamRequest("default", "web", "app") { Command = ["sh"] };
        KubernetesStatusException refusal = await Assert.ThrowsAsync<KubernetesStatusException>(
            async () => (await WebSocketUpgrade.OpenAsync(session.Client, exec, s_testLimit)).Dispose());
        Assert.Equal("Forbidden", refusal.ErrorId);
        await GetAsync(session);
        Assert.Equal(["h2", "http/1.1"], server.Connections);
    }

    [Fact]
    public async Task A_watch_shares_the_connection_with_requests()
    {
        const string Event = """{"type":"MODIFIED","object":{"metadata":{"name":"web","namespace":"default","resourceVersion":"8"}}}""";
        int count = 0;
        await using var server = new Http2Server(request =>
            Interlocked.Increment(ref count) == 1 ? request.BeginAsync(Event + "\n") : request.AnswerAsync(Pod));
        using ClusterSession session = Open(server);
        using PodSubscription subscription = session.Watcher.Subscribe("default", "web", "7");
        Assert.Equal("8", (await subscription.NextAsync(s_testLimit)).Pod.Metadata?.ResourceVersion);
        await GetAsync(session);
        Assert.Equal(["h2"], server.Connections);
    }

    [Fact]
    public async Task A_change_whose_stream_is_refused_is_sent_again()
    {
        int count = 0;
        await using var server = new Http2Server(request =>
            Interlocked.Increment(ref count) <= 6 ? request.RefuseAsync() : request.AnswerAsync(Pod));
        using ClusterSession session = Open(server);
        JsonObject changed = await PatchAsync(session);
        Assert.Equal("7", (string?)changed["metadata"]!["resourceVersion"]);
        Assert.Equal(7, count);
    }

    [Fact]
    public async Task A_change_that_is_always_refused_is_an_error_in_the_end()
    {
        await using var server = new Http2Server(request => request.RefuseAsync());
        using ClusterSession session = Open(server);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => PatchAsync(session));
        Assert.Equal(("RequestRefused", FailureKind.Unavailable), (failure.ErrorId, failure.Kind));
    }

    [Fact]
    public async Task A_change_that_a_server_on_its_way_down_has_not_looked_at_is_sent_again_elsewhere()
    {
        await using var server = new Http2Server(request =>
            request.Connection == 1 ? request.SendAwayAsync() : request.AnswerAsync(Pod));
        using ClusterSession session = Open(server);
        await PatchAsync(session);
        Assert.Equal([1, 2], server.Requests.Select(r => r.Connection));
    }

    [Fact]
    public async Task A_connection_that_is_dead_without_a_word_is_noticed_and_replaced()
    {
        await using var server = new Http2Server(request => request.Connection == 1 ? Task.CompletedTask : request.AnswerAsync(Pod))
        {
            AnswersPings = connection => connection > 1,
        };
        var keepAlive = new KeepAlive(AfterSilence: TimeSpan.FromSeconds(1), Timeout: TimeSpan.FromSeconds(1));
        using var client = new ApiClient(server.Address, HttpHandlerFactory.Create(Configuration(server), keepAlive), new FastTime())
        {
            RequestTimeout = TimeSpan.FromMinutes(1),
        };
        await new PodApi(client).GetAsync("default", "web", s_testLimit);
        Assert.Equal([1, 2], server.Requests.Select(r => r.Connection));
    }

    private static X509Certificate2Collection Authorities =>
        PemCertificates.Read(Encoding.UTF8.GetBytes(TestCertificates.Instance.Pem("ca.crt")));

    private static ClusterConfiguration Configuration(Http2Server server) =>
        new() { Server = server.Address, CertificateAuthorities = Authorities };

    private static ClusterSession Open(Http2Server server) => new(Configuration(server), new FastTime());

    private static Task<JsonObject> PatchAsync(ClusterSession session) => session.Client.PatchAsync(
        ApiPath.EphemeralContainers("default", "web"),
        PatchType.StrategicMerge,
        new JsonObject(),
        new ApiAction("patch", "pods/ephemeralcontainers", "default", "web"),
        s_testLimit);

    private static Task<PodResource> GetAsync(ClusterSession session) => session.Pods.GetAsync("default", "web", s_testLimit);
}
