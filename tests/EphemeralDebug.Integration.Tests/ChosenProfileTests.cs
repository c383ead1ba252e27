using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Integration.Tests;

/// <summary>Profile Auto against the PodSecurity levels of a real API.</summary>
[Collection(ClusterTests.Name)]
public sealed class ChosenProfileTests(TestCluster cluster) : IAsyncLifetime
{
    private const string EnforceLabel = "pod-security.kubernetes.io/enforce";

    private static readonly ContainerOptions s_auto = new() { Image = TestCluster.Image, Profile = DebugProfile.Auto, WaitingId = WaitingCommand.NewId() };

    private readonly string _namespace = $"ephemeraldebug-test-{Guid.NewGuid().ToString("N")[..8]}";

    public Task InitializeAsync() => SendAsync(
        HttpMethod.Post, "api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = _namespace } });

    public Task DisposeAsync() => SendAsync(HttpMethod.Delete, $"api/v1/namespaces/{_namespace}", body: null);

    [Theory]
    [InlineData("privileged", DebugProfile.General)]
    [InlineData("baseline", DebugProfile.Baseline)]
    [InlineData("restricted", DebugProfile.Restricted)]
    public async Task The_most_useful_profile_that_the_level_allows_is_taken_and_the_container_runs(string level, DebugProfile expected)
    {
        await CreatePodAsync();
        await EnforceAsync(level);
        var creator = new ContainerCreator(cluster.Session);

        ContainerPlan plan = await creator.PlanAsync(_namespace, "web", s_auto, CancellationToken.None);
        PodResource pod = await creator.ApplyAsync(plan, CancellationToken.None);
        EphemeralContainer container = await new ContainerWaiter(cluster.Session, TimeProvider.System).WaitAsync(
            pod, plan.Name, new WaitOptions { Timeout = TestCluster.Limit }, progress: null, CancellationToken.None);

        Assert.Equal(expected, plan.Profile);
        Assert.Contains($"level {level}", plan.ProfileReason, StringComparison.Ordinal);
        Assert.Equal(ContainerState.Running, container.State);
    }

    [Fact]
    public async Task An_older_container_that_blocks_every_profile_is_named_and_can_still_be_used_again()
    {
        await CreatePodAsync();
        var creator = new ContainerCreator(cluster.Session);
        ContainerPlan older = await creator.PlanAsync(_namespace, "web", s_auto with { Name = "older" }, CancellationToken.None);
        PodResource pod = await creator.ApplyAsync(older, CancellationToken.None);
        await new ContainerWaiter(cluster.Session, TimeProvider.System).WaitAsync(
            pod, "older", new WaitOptions { Timeout = TestCluster.Limit }, progress: null, CancellationToken.None);
        await EnforceAsync("restricted");

        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => creator.PlanAsync(_namespace, "web", s_auto, CancellationToken.None));
        PreparedContainer reused = await new ContainerPreparer(cluster.Session, creator).PrepareAsync(
            _namespace, "web", s_auto, reuse: true, CancellationToken.None);

        Assert.Equal("NoProfileAllowed", failure.ErrorId);
        Assert.Contains("older", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("older", reused.Reused);
    }

    [Fact]
    public async Task A_dry_run_tells_what_the_server_would_say_and_changes_nothing()
    {
        await CreatePodAsync();
        await EnforceAsync("baseline");
        var creator = new ContainerCreator(cluster.Session);
        ContainerPlan plan = await creator.PlanAsync(_namespace, "web", s_auto with { Profile = DebugProfile.SysAdmin }, CancellationToken.None);

        (ContainerPreview preview, EphemeralDebugException? refusal) = await new ContainerPreviewer(creator).PreviewAsync(plan, CancellationToken.None);

        Assert.False(preview.Accepted);
        Assert.Equal("Forbidden", refusal?.ErrorId);
        Assert.Empty(ContainerReader.Read(await cluster.Session.Pods.GetAsync(_namespace, "web", CancellationToken.None), session: null));
    }

    /// <summary>A pod that the strictest level allows.</summary>
    private async Task CreatePodAsync()
    {
        JsonNode pod = JsonNode.Parse(
            """
            {"metadata":{"name":"web"},"spec":{"terminationGracePeriodSeconds":1,"automountServiceAccountToken":false,"containers":[{
              "name":"app","command":["sleep","1000000"],
              "securityContext":{"runAsNonRoot":true,"runAsUser":1234,"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}]}}
            """)!;
        pod["spec"]!["containers"]![0]!["image"] = TestCluster.Image;
        await SendAsync(HttpMethod.Post, $"api/v1/namespaces/{_namespace}/pods", pod);
    }

    private Task EnforceAsync(string level) => cluster.Session.Client.PatchAsync(
        $"api/v1/namespaces/{_namespace}",
        "application/merge-patch+json",
        new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [EnforceLabel] = level } } },
        new ApiAction("patch", "namespaces", Name: _namespace),
        CancellationToken.None);

    private async Task SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, cluster.Session.Client.Resolve(path));
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await cluster.Session.Client.SendAsync(
            request, new ApiAction(method.Method, path), CancellationToken.None);
    }
}
