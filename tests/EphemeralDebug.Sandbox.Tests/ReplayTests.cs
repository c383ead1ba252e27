using System.Collections.Concurrent;
using System.Globalization;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Tests.Replay;

namespace EphemeralDebug.Sandbox.Tests;

/// <summary>Replays what a real API server was asked, and compares what the sandbox answers.</summary>
public sealed class ReplayTests(ReplayRuns runs) : IClassFixture<ReplayRuns>
{
    public static TheoryData<string> Scenarios => [.. Recording.Scenarios.Keys];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_sandbox_answers_as_the_recorded_server_did(string name)
    {
        ScenarioResult result = await runs.ResultOf(name);
        if (NotReproduced.Reasons.ContainsKey(name))
        {
            bool reproduced = result.Given is null && result.Steps.All(problem => problem is null);
            Assert.False(reproduced, $"{name} is reproduced now: take it off the list.");
            return;
        }

        Assert.True(result.Given is null, $"{name}, before the first step: {result.Given}");
        var problems = new List<string>();
        foreach ((int index, string? problem) in result.Steps.Index())
        {
            string step = string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
            bool listed = NotReproduced.Reasons.ContainsKey(step);
            if (listed && problem is null)
            {
                problems.Add($"{step} is reproduced now: take it off the list.");
            }
            else if (!listed && problem is not null)
            {
                problems.Add($"{step}: {problem}");
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
    }

    [Fact]
    public void The_list_of_what_is_not_reproduced_names_recorded_scenarios_and_steps()
    {
        foreach (string name in NotReproduced.Reasons.Keys)
        {
            string[] parts = name.TrimEnd(']').Split('[');
            Assert.True(Recording.Scenarios.TryGetValue(parts[0], out Scenario? scenario), name);
            Assert.True(parts.Length == 1 || int.Parse(parts[1], CultureInfo.InvariantCulture) < scenario.Steps.Count, name);
        }
    }
}

/// <summary>Plays the scenarios beside each other: most of their time they wait.</summary>
public sealed class ReplayRuns : IDisposable
{
    private const int AtOnce = 6;

    private readonly ConcurrentDictionary<string, Task<ScenarioResult>> _results = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly CancellationTokenSource _ended = new(TimeSpan.FromMinutes(10));

    public ReplayRuns()
    {
        // The slowest first, so that nothing waits for it at the end.
        foreach (Scenario scenario in Recording.Scenarios.Values.OrderByDescending(scenario => scenario.WaitingSeconds))
        {
            _results[scenario.Name] = RunAsync(scenario);
        }
    }

    // The node is there and pods are put on it, but nothing runs them.
    private static SandboxOptions Options { get; } = new();

    internal Task<ScenarioResult> ResultOf(string name) => _results[name];

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _slots.Dispose();
    }

    private async Task<ScenarioResult> RunAsync(Scenario scenario)
    {
        await _slots.WaitAsync(_ended.Token);
        try
        {
            bool listed = NotReproduced.Reasons.ContainsKey(scenario.Name);
            return await new ScenarioRunner(scenario, Options).RunAsync(stopAtFirst: listed, _ended.Token);
        }
        finally
        {
            _slots.Release();
        }
    }
}
