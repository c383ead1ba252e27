using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

public sealed class KubectlDebugCaseTests
{
    private static readonly (string KubectlText, PlanErrorCode Code)[] Errors =
    [
        ("unknown profile", PlanErrorCode.UnknownProfile),
        ("must be formatted as key=value", PlanErrorCode.InvalidEnvironment),
        ("invalid image pull policy", PlanErrorCode.InvalidPullPolicy),
        ("invalid image name", PlanErrorCode.InvalidImage),
        ("you must specify --image", PlanErrorCode.InvalidImage),
        ("-i/--stdin is required", PlanErrorCode.TtyWithoutStdin),
        ("not modifiable via custom profile", PlanErrorCode.UnsupportedField),
        ("does not contain a valid container spec", PlanErrorCode.InvalidCustomProfile),
    ];

    public static TheoryData<string> Cases => [.. KubectlDebugRecording.EphemeralContainerCases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_plan_is_what_kubectl_sends(string name)
    {
        JsonObject recorded = KubectlDebugRecording.Case(name);
        if ((int)recorded["exit"]! != 0)
        {
            AssertRefused(recorded);
            return;
        }

        KubectlArguments arguments = KubectlDebugRecording.Arguments(recorded);
        ContainerOptions options = Options(arguments);
        JsonArray changes = recorded["changes"]!.AsArray();
        Assert.Equal(arguments.Pods.Count, changes.Count);
        foreach ((string pod, JsonNode? change) in arguments.Pods.Zip(changes))
        {
            AssertSends(change!, pod, options);
        }
    }

    [Fact]
    public void The_recording_has_cases() => Assert.True(Cases.Count > 20);

    private static void AssertSends(JsonNode change, string pod, ContainerOptions options)
    {
        var recordedName = (string)change["body"]!["spec"]!["ephemeralContainers"]![0]!["name"]!;
        FixedNames names = new(recordedName.Split('-')[^1]);

        ContainerPlan plan = ContainerPlanner.Plan(KubectlDebugRecording.Pod(pod), options, names);

        Assert.Equal((string?)change["path"], plan.Path);
        Assert.Equal(ContainerPlan.PatchContentType, (string?)change["contentType"]);
        Assert.Equal(Canonical(change["body"]!), Canonical(plan.ToStrategicMergePatch()));
    }

    private static void AssertRefused(JsonObject recorded)
    {
        KubectlArguments arguments = KubectlDebugRecording.Arguments(recorded);
        var kubectlText = (string)recorded["stderr"]!;
        PlanErrorCode expected = Errors.First(error => kubectlText.Contains(error.KubectlText, StringComparison.Ordinal)).Code;

        var failure = Assert.Throws<PlanException>(() => ContainerPlanner.Plan(
            KubectlDebugRecording.Pod(arguments.Pods[0]),
            Options(arguments),
            RandomNameSource.Instance));

        Assert.Equal(expected, failure.Problem.Code);
    }

    private static ContainerOptions Options(KubectlArguments arguments) =>
        arguments.ToOptions(KubectlDebugRecording.DefaultProfile, KubectlDebugRecording.CustomProfile);

    /// <summary>
    /// Go writes objects in the order of their keys. Of the variables given with --env kubectl does not keep the
    /// order (they go through a map), so that of a recording means nothing.
    /// </summary>
    private static string Canonical(JsonNode body)
    {
        JsonNode sorted = ContainerJson.Sort(body)!;
        JsonNode container = sorted["spec"]!["ephemeralContainers"]![0]!;
        if (container["env"] is JsonArray variables)
        {
            container["env"] = new JsonArray(
                [.. variables.Select(static v => v!.DeepClone()).OrderBy(static v => (string)v["name"]!, StringComparer.Ordinal)]);
        }

        return sorted.ToJsonString();
    }
}
