using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>What a shell does on signals and at its end (POSIX, <c>trap</c>).</summary>
internal sealed class ShellTraps(SimulatedProcess process)
{
    /// <summary>The condition of the shell's end, beside the signals.</summary>
    public const string Exit = "EXIT";

    private readonly SortedDictionary<string, string> _actions = new(StringComparer.Ordinal);

    public bool Any => _actions.Count > 0;

    /// <summary>Every condition with its action, by name.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => _actions;

    public string? Get(Signal signal) => _actions.GetValueOrDefault(NameOf(signal));

    /// <summary>Sets an action: empty ignores the signal, null brings the default back. False for an unknown condition.</summary>
    public bool Set(string condition, string? action)
    {
        bool isExit = condition is "0" || condition.Equals(Exit, StringComparison.OrdinalIgnoreCase);
        Signal? signal = isExit ? null : Signals.Parse(condition);
        if (!isExit && signal is null)
        {
            return false;
        }

        string name = signal is { } known ? NameOf(known) : Exit;
        if (action is null)
        {
            _actions.Remove(name);
        }
        else
        {
            _actions[name] = action;
        }

        if (signal is { } changed)
        {
            process.SetDisposition(changed, action switch
            {
                null => SignalDisposition.Default,
                "" => SignalDisposition.Ignore,
                _ => SignalDisposition.Handle,
            });
        }

        return true;
    }

    /// <summary>Gives an action and forgets it.</summary>
    public string? Take(string condition) => _actions.Remove(condition, out string? action) ? action : null;

    private static string NameOf(Signal signal) => Signals.All.First(entry => entry.Signal == signal).Name;
}
