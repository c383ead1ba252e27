using System.Text.Json.Nodes;

namespace EphemeralDebug.Core.Tests.Preflight;

public sealed class PodCheckTests
{
    [Theory]
    [InlineData("""{"status": {"phase": "Succeeded"}}""", false)]
    [InlineData("""{"status": {"phase": "Failed"}}""", false)]
    [InlineData("""{"status": {"phase": "Pending"}}""", true)]
    [InlineData("""{"status": {"phase": "Pending"}, "spec": {"nodeName": null}}""", false)]
    [InlineData("""{"status": {"phase": "Unknown"}}""", null)]
    [InlineData("""{"metadata": {"deletionTimestamp": "2026-11-22T00:00:00Z"}}""", false)]
    [InlineData("{}", true)]
    public async Task The_pod_has_to_be_one_in_which_containers_start(string changes, bool? passes) =>
        Assert.Equal(passes, (await TestAsync("Pod", changes)).Passed);

    [Fact]
    public async Task A_pod_that_is_not_there_is_the_last_finding()
    {
        await using var cluster = new PlayedCluster { Refused = { ["/pods/web"] = 404 } };
        EphemeralClusterCheck last = (await cluster.TestAsync("web", "app"))[^1];
        Assert.Equal(("Pod", false), (last.Name, last.Passed));
    }

    [Fact]
    public async Task A_static_pod_is_told_apart_by_its_mirror_annotation()
    {
        EphemeralClusterCheck check = await TestAsync("StaticPod", """{"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}}}""");
        Assert.False(check.Passed);
        Assert.Contains("copy", check.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app", true, null)]
    [InlineData("init", false, "Wait")]
    [InlineData("nope", false, "app, init")]
    public async Task The_target_has_to_run(string target, bool passes, string? remedy)
    {
        EphemeralClusterCheck check = await TestAsync("Target", "{}", target);
        Assert.Equal(passes, check.Passed);
        Assert.Contains(remedy ?? "", check.Remedy ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("windows", "v1.30.0", true, true)]
    [InlineData("linux", "v1.22.3", true, null)]
    [InlineData("linux", "v1.15.3", true, false)]
    [InlineData(null, null, null, null)]
    public async Task The_node_says_what_it_runs(string? system, string? kubelet, bool? knowsSystem, bool? kubeletPasses)
    {
        await using var cluster = new PlayedCluster { Node = new JsonObject { ["operatingSystem"] = system, ["kubeletVersion"] = kubelet } };
        IReadOnlyList<EphemeralClusterCheck> checks = await cluster.TestAsync("web");
        Assert.Equal(knowsSystem, checks.Single(check => check.Name == "NodeOperatingSystem").Passed);
        Assert.Equal(kubeletPasses, checks.Single(check => check.Name == "Kubelet").Passed);
    }

    [Theory]
    [InlineData("baseline", """{"capabilities": {"add": ["SYS_PTRACE"]}}""", "SYS_PTRACE")]
    [InlineData("baseline", """{"privileged": true}""", "privileged")]
    [InlineData("baseline", """{"capabilities": {"add": ["CHOWN"]}, "seccompProfile": {"type": "RuntimeDefault"}}""", null)]
    [InlineData("baseline", """{"seccompProfile": {"type": "Unconfined"}}""", "unconfined")]
    [InlineData("restricted", """{"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}""", null)]
    [InlineData("restricted", """{"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}""", "runAsNonRoot")]
    [InlineData("restricted", """{"runAsNonRoot": true, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}""", "escalation")]
    [InlineData("privileged", """{"privileged": true}""", null)]
    public async Task An_earlier_container_that_violates_the_level_stands_in_the_way(string level, string context, string? violation)
    {
        await using var cluster = new PlayedCluster
        {
            Labels = new JsonObject { ["pod-security.kubernetes.io/enforce"] = level },
            Pod = Changed($$$"""{"spec": {"ephemeralContainers": [{"name": "old", "securityContext": {{{context}}}}]}}"""),
        };
        EphemeralClusterCheck check = await cluster.FindAsync("EarlierContainers", "web");
        Assert.Equal(violation is null, check.Passed);
        Assert.Contains(violation ?? "No earlier", check.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_an_earlier_container_stands_in_the_way_cannot_be_told_without_the_namespace()
    {
        await using var cluster = new PlayedCluster
        {
            Refused = { ["/namespaces/apps"] = 403 },
            Pod = Changed("""{"spec": {"ephemeralContainers": [{"name": "old"}]}}"""),
        };
        Assert.Null((await cluster.FindAsync("EarlierContainers", "web")).Passed);
    }

    [Fact]
    public async Task Pull_secrets_are_named()
    {
        EphemeralClusterCheck check = await TestAsync("ImagePullSecrets", """{"spec": {"imagePullSecrets": [{"name": "registry"}]}}""");
        Assert.Contains("registry", check.Reason, StringComparison.Ordinal);
    }

    private static async Task<EphemeralClusterCheck> TestAsync(string check, string changes, string? target = null)
    {
        await using var cluster = new PlayedCluster { Pod = Changed(changes) };
        return await cluster.FindAsync(check, "web", target);
    }

    private static JsonObject Changed(string changes)
    {
        JsonObject pod = PlayedCluster.RunningPod();
        foreach ((string part, JsonNode? fields) in (JsonObject)JsonNode.Parse(changes)!)
        {
            foreach ((string name, JsonNode? value) in (JsonObject)fields!)
            {
                pod[part]![name] = value?.DeepClone();
            }
        }

        return pod;
    }
}
