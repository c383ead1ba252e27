using System.Collections.Concurrent;
using EphemeralDebug.Sandbox.Hosting;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>Plays the scenarios of a recording beside each other: most of their time they wait.</summary>
public abstract class ReplayRuns : IDisposable
{
    private const int AtOnce = 6;

    private readonly ConcurrentDictionary<string, Task<ScenarioResult>> _results = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly CancellationTokenSource _ended = new(TimeSpan.FromMinutes(10));
    private readonly Recording _recording;

    private protected ReplayRuns(Recording recording)
    {
        _recording = recording;

        // The slowest first, so that nothing waits for it at the end.
        foreach (Scenario scenario in recording.Scenarios.Values.OrderByDescending(scenario => scenario.WaitingSeconds))
        {
            _results[scenario.Name] = RunAsync(scenario);
        }
    }

    internal Task<ScenarioResult> ResultOf(string name) => _results[name];

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended.Cancel();
            _ended.Dispose();
            _slots.Dispose();
        }
    }

    /// <summary>The server that a scenario was recorded on.</summary>
    private protected abstract SandboxOptions OptionsOf(Scenario scenario);

    private async Task<ScenarioResult> RunAsync(Scenario scenario)
    {
        await _slots.WaitAsync(_ended.Token);
        try
        {
            bool listed = _recording.NotReproduced.ContainsKey(scenario.Name);
            return await new ScenarioRunner(scenario, OptionsOf(scenario)).RunAsync(stopAtFirst: listed, _ended.Token);
        }
        finally
        {
            _slots.Release();
        }
    }
}
