using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Tests.Replay;

namespace EphemeralDebug.Sandbox.Tests;

/// <summary>Replays what a real Kubernetes 1.20 was asked, by a recorder and by kubectl.</summary>
public sealed class LegacyReplayTests(LegacyRuns runs) : IClassFixture<LegacyRuns>
{
    public static TheoryData<string> Scenarios => [.. Recording.Legacy.Scenarios.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_legacy_sandbox_answers_as_the_recorded_server_did(string name) =>
        ReplayAssert.AsRecorded(Recording.Legacy, name, await runs.ResultOf(name));

    [Fact]
    public void The_list_of_what_is_not_reproduced_names_recorded_scenarios_and_steps() => ReplayAssert.NamesRecordedSteps(Recording.Legacy);
}

/// <summary>The scenarios of Kubernetes 1.20.</summary>
public sealed class LegacyRuns() : ReplayRuns(Recording.Legacy)
{
    private static readonly SandboxUser Viewer = new("viewer", "viewer", ["system:authenticated"])
    {
        Rules = [new PolicyRule { ApiGroups = [""], Resources = ["pods"], Verbs = ["get"] }],
    };

    private protected override SandboxOptions OptionsOf(Scenario scenario) => new()
    {
        Api = ScenarioRunner.ApiOf(scenario.Given.Object("featureGates")!),
        Users = [Viewer],

        // The recorder saw the container wait before its image could be found to be missing.
        Node = new KubeletOptions { NodeName = ClusterNode.Name, PullDelays = new Dictionary<string, TimeSpan>(StringComparer.Ordinal) { ["no-such-registry.invalid/x:1"] = TimeSpan.FromSeconds(5) } },
    };
}
