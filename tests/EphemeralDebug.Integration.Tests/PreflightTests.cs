using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Preflight;

namespace EphemeralDebug.Integration.Tests;

[Collection(ClusterTests.Name)]
public sealed class PreflightTests(TestCluster cluster)
{
    [Fact]
    public async Task An_administrator_finds_a_running_pod_ready()
    {
        string pod = await cluster.CreatePodAsync();
        IReadOnlyList<EphemeralClusterCheck> checks = await TestAsync(cluster.Session, pod, "app");
        Assert.DoesNotContain(checks, check => check is { Severity: CheckSeverity.Required, Passed: not true });
        Assert.True(ClusterPreflight.IsReady(checks));
    }

    [SkippableTheory]
    [InlineData("viewer")]
    [InlineData("debugger")]
    public async Task Users_of_another_namespace_are_told_what_they_lack(string context)
    {
        Skip.If(cluster.Sandbox is null, "Only the sandbox has these users.");
        string pod = await cluster.CreatePodAsync();
        using ClusterSession session = cluster.Open(context);
        IReadOnlyList<EphemeralClusterCheck> checks = await TestAsync(session, pod, "app");
        Assert.False(ClusterPreflight.IsReady(checks));
        Assert.Contains($"system:serviceaccount:default:{context}", checks.Single(check => check.Name == "User").Reason, StringComparison.Ordinal);
        Assert.Null(checks.Single(check => check.Name == "Pod").Passed);
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("restricted")]
    public async Task What_the_checks_say_of_an_earlier_container_is_what_the_server_does(string level)
    {
        string pod = await cluster.CreatePodAsync();
        await cluster.AddAsync(pod, new ContainerOptions { Image = TestCluster.Image, Command = ["true"], Profile = DebugProfile.General });
        await LabelAsync(level);
        try
        {
            IReadOnlyList<EphemeralClusterCheck> checks = await TestAsync(cluster.Session, pod);
            Assert.False(checks.Single(check => check.Name == "PodSecurity").Passed);
            Assert.False(checks.Single(check => check.Name == "EarlierContainers").Passed);
            EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => cluster.AddAsync(
                pod, new ContainerOptions { Image = TestCluster.Image, Command = ["true"], Profile = DebugProfile.Restricted }));
            Assert.Equal("Forbidden", failure.ErrorId);
        }
        finally
        {
            await LabelAsync(null);
        }
    }

    private async Task<IReadOnlyList<EphemeralClusterCheck>> TestAsync(ClusterSession session, string pod, string? target = null)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        return await ClusterPreflight.RunAsync(session, cluster.Namespace, pod, target, TestCluster.Limit, limit.Token);
    }

    private async Task LabelAsync(string? level)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["pod-security.kubernetes.io/enforce"] = level } },
        };
        await cluster.Session.Client.PatchAsync(
            ApiPath.Namespace(cluster.Namespace), "application/merge-patch+json", patch, new ApiAction("patch", "namespaces"), CancellationToken.None);
    }
}
