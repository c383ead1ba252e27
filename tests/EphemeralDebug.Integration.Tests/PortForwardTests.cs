using System.Net;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Forwarding;

namespace EphemeralDebug.Integration.Tests;

[Collection(ClusterTests.Name)]
public sealed class PortForwardTests(TestCluster cluster)
{
    [Fact]
    public async Task A_web_server_in_a_pod_answers_many_requests_at_a_local_port()
    {
        PortForward forward = await ForwardAsync(await CreateServerAsync(), ":http");
        Assert.Equal(8080, forward.RemotePort);
        using var http = new HttpClient { Timeout = TestCluster.Limit };
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => GetWhenItListensAsync(http, forward)));
        Assert.All(answers, static answer => Assert.Equal("hello\n", answer));
        Assert.InRange(forward.TotalConnections, 1, 1000);
        Assert.True(forward.BytesSent > 0 && forward.BytesReceived > 30 * 6);
    }

    [Fact]
    public async Task Where_nothing_listens_the_connection_fails_and_the_forward_stays()
    {
        PortForward forward = await ForwardAsync(await CreateServerAsync(), ":8099");
        using var http = new HttpClient { Timeout = TestCluster.Limit };
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(new Uri($"http://{forward.Endpoint}/")));
        await UntilAsync(() => forward.LastError is not null);
        Assert.Contains("refused", forward.LastError, StringComparison.Ordinal);
        Assert.Equal(PortForwardState.Listening, forward.State);
    }

    [Fact]
    public async Task A_pod_that_is_deleted_ends_the_forward()
    {
        string pod = await CreateServerAsync();
        PortForward forward = await ForwardAsync(pod, ":http");
        using (await cluster.Session.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Delete, cluster.Session.Client.Resolve(ApiPath.Pod(cluster.Namespace, pod))),
            new ApiAction("delete", "pods", cluster.Namespace, pod),
            CancellationToken.None))
        {
            await UntilAsync(() => forward.State is PortForwardState.PodGone);
        }

        Assert.Contains(pod, forward.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_is_not_there_is_told_at_once()
    {
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => ForwardAsync("no-such-pod", ":80"));
        Assert.Equal(HttpStatusCode.NotFound, failure.StatusCode);
    }

    private Task<string> CreateServerAsync() => cluster.CreatePodAsync(new JsonObject
    {
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = "app",
            ["image"] = TestCluster.Image,
            ["command"] = new JsonArray("sh", "-c", "mkdir /w; echo hello > /w/index.html; exec httpd -f -p 8080 -h /w"),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "http", ["containerPort"] = 8080 }),
        }),
    });

    private async Task<PortForward> ForwardAsync(string pod, string port)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        PortForwardStarter starter = await PortForwardStarter.CreateAsync(cluster.Session, cluster.Namespace, pod, limit.Token);
        return starter.Start(PortSpec.Parse(port), LocalAddresses.Parse(["127.0.0.1"]), static _ => { });
    }

    /// <summary>A pod runs a moment before its server listens.</summary>
    private static async Task<string> GetWhenItListensAsync(HttpClient http, PortForward forward)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        while (true)
        {
            try
            {
                return await http.GetStringAsync(new Uri($"http://{forward.Endpoint}/"), limit.Token);
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            }
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }
    }
}
