using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Core.Tests.Debugging.Pods;

public sealed class NodePodPlannerTests
{
    private static readonly PodContainerOptions Options = new() { Image = "busybox" };

    [Fact]
    public void The_pod_is_bound_to_its_node_in_the_namespace_asked_for()
    {
        PodPlan plan = Plan(Options);
        Assert.Equal("/api/v1/namespaces/tools/pods", plan.Path);
        Assert.Equal("node-debugger-worker-1-aaaaa", plan.Name);
        Assert.Equal("worker-1", (string?)plan.Pod["spec"]!["nodeName"]);
        Assert.Equal("debugger", plan.Container);
        Assert.Equal("busybox", plan.Image);
    }

    [Theory]
    [InlineData(DebugProfile.General, true, true)]
    [InlineData(DebugProfile.Legacy, true, true)]
    [InlineData(DebugProfile.SysAdmin, true, true)]
    [InlineData(DebugProfile.NetAdmin, true, false)]
    [InlineData(DebugProfile.Baseline, false, false)]
    [InlineData(DebugProfile.Restricted, false, false)]
    public void A_profile_says_what_of_the_node_is_in_reach(DebugProfile profile, bool namespaces, bool files)
    {
        JsonObject spec = Plan(Options with { Profile = profile }).Pod["spec"]!.AsObject();
        Assert.All(["hostNetwork", "hostPID", "hostIPC"], field => Assert.Equal(namespaces, spec[field] is not null));
        Assert.Equal(files, spec["volumes"] is not null);
        Assert.Equal(files, spec["containers"]![0]!["volumeMounts"] is not null);
    }

    [Fact]
    public void A_container_that_waits_runs_what_waits_whatever_the_command() => Assert.Equal(
        WaitingCommand.Command,
        Plan(Options with { Waits = true, Command = ["bash"] }).Pod["spec"]!["containers"]![0]!["command"]!.AsArray().Select(static c => (string)c!));

    [Theory]
    [InlineData("", null, PlanErrorCode.InvalidImage)]
    [InlineData("busybox", "No Name", PlanErrorCode.InvalidName)]
    public void What_makes_no_sense_is_refused(string image, string? name, PlanErrorCode code) => Assert.Equal(
        code,
        Assert.Throws<PlanException>(() => Plan(Options with { Image = image, Name = name })).Problem.Code);

    private static PodPlan Plan(PodContainerOptions options) => NodePodPlanner.Plan(
        JsonNode.Parse("""{"kind":"Node","metadata":{"name":"worker-1"}}""")!.AsObject(), "tools", options, new FixedNames("aaaaa"));
}
