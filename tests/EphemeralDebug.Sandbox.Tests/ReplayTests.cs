using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Tests.Replay;

namespace EphemeralDebug.Sandbox.Tests;

/// <summary>Replays what a real API server was asked, and compares what the sandbox answers.</summary>
public sealed class ReplayTests(CurrentRuns runs) : IClassFixture<CurrentRuns>
{
    public static TheoryData<string> Scenarios => [.. Recording.Current.Scenarios.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_sandbox_answers_as_the_recorded_server_did(string name) =>
        ReplayAssert.AsRecorded(Recording.Current, name, await runs.ResultOf(name));

    [Fact]
    public void The_list_of_what_is_not_reproduced_names_recorded_scenarios_and_steps() => ReplayAssert.NamesRecordedSteps(Recording.Current);
}

/// <summary>The scenarios of a server of today.</summary>
public sealed class CurrentRuns() : ReplayRuns(Recording.Current)
{
    private protected override SandboxOptions OptionsOf(Scenario scenario) => new() { Users = [] };
}
