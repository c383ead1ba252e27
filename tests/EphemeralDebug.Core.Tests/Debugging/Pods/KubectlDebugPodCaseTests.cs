using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Core.Tests.Debugging.Pods;

public sealed class KubectlDebugPodCaseTests
{
    private static readonly (string KubectlText, PlanErrorCode Code)[] Errors =
    [
        ("unknown profile", PlanErrorCode.UnknownProfile),
        ("you must specify --image, --set-image or command arguments", PlanErrorCode.NothingToChange),
        ("you must specify an existing container or a new image", PlanErrorCode.ContainerNotNamed),
        ("you must specify", PlanErrorCode.InvalidImage),
        ("invalid image name", PlanErrorCode.InvalidImage),
        ("invalid image pull policy", PlanErrorCode.InvalidPullPolicy),
        ("must be formatted as key=value", PlanErrorCode.InvalidEnvironment),
        ("-i/--stdin is required", PlanErrorCode.TtyWithoutStdin),
        ("not modifiable via custom profile", PlanErrorCode.UnsupportedField),
        ("does not contain a valid container spec", PlanErrorCode.InvalidCustomProfile),
    ];

    public static TheoryData<string> CopyCases => [.. KubectlDebugRecording.CopyCases];

    public static TheoryData<string> NodeCases => [.. KubectlDebugRecording.NodeCases];

    [Theory]
    [MemberData(nameof(CopyCases))]
    public void The_plan_of_a_copy_is_what_kubectl_sends(string name) => AssertPlans(name, PlanCopy);

    [Theory]
    [MemberData(nameof(NodeCases))]
    public void The_plan_of_a_pod_on_a_node_is_what_kubectl_sends(string name) => AssertPlans(name, PlanNode);

    [Fact]
    public void The_recording_has_cases()
    {
        Assert.True(CopyCases.Count > 20);
        Assert.True(NodeCases.Count > 15);
    }

    private static PodPlan PlanCopy(KubectlArguments arguments, INameSource names) => PodCopyPlanner.Plan(
        KubectlDebugRecording.Pod(arguments.Pods[0]),
        arguments.ToCopyOptions(KubectlDebugRecording.DefaultProfile, KubectlDebugRecording.CustomProfile),
        names);

    private static PodPlan PlanNode(KubectlArguments arguments, INameSource names) => NodePodPlanner.Plan(
        KubectlDebugRecording.Node,
        "default",
        arguments.ToPodOptions(KubectlDebugRecording.DefaultProfile, KubectlDebugRecording.CustomProfile),
        names);

    private static void AssertPlans(string name, Func<KubectlArguments, INameSource, PodPlan> plan)
    {
        JsonObject recorded = KubectlDebugRecording.Case(name);
        KubectlArguments arguments = KubectlDebugRecording.Arguments(recorded);
        if ((int)recorded["exit"]! != 0)
        {
            var kubectlText = (string)recorded["stderr"]!;
            PlanErrorCode expected = Errors.First(error => kubectlText.Contains(error.KubectlText, StringComparison.Ordinal)).Code;
            var failure = Assert.Throws<PlanException>(() => plan(arguments, RandomNameSource.Instance));
            Assert.Equal(expected, failure.Problem.Code);
            return;
        }

        JsonNode[] changes = [.. recorded["changes"]!.AsArray().Select(static change => change!)];
        AssertSends(changes, plan(arguments, new FixedNames(RandomPart(changes[0]["body"]!))));
    }

    private static void AssertSends(JsonNode[] changes, PodPlan plan)
    {
        Assert.Equal("POST", (string?)changes[0]["method"]);
        Assert.Equal((string?)changes[0]["path"], plan.Path);
        Assert.Equal(PodBody.Canonical(changes[0]["body"]!), PodBody.Canonical(plan.Pod));
        Assert.Equal(plan.ReplacesSource ? 2 : 1, changes.Length);
        if (plan.ReplacesSource)
        {
            Assert.Equal("DELETE", (string?)changes[1]["method"]);
            Assert.Equal($"{plan.Path}/{plan.SourcePod}", (string?)changes[1]["path"]);
            Assert.Equal(0, (int?)changes[1]["body"]!["gracePeriodSeconds"]);
        }
    }

    /// <summary>The suffix of a random container name, or else of the pod's own.</summary>
    private static string RandomPart(JsonNode pod)
    {
        string name = pod["spec"]!["containers"]!.AsArray()
            .Select(static container => (string)container!["name"]!)
            .LastOrDefault(static container => container.StartsWith("debugger-", StringComparison.Ordinal))
            ?? (string)pod["metadata"]!["name"]!;
        return name.Split('-')[^1];
    }
}
