using System.Globalization;

namespace EphemeralDebug.Sandbox.Processes;

/// <summary>The signals that simulated processes know, with Linux' numbers.</summary>
internal enum Signal
{
    Hangup = 1,
    Interrupt = 2,
    Quit = 3,
    Abort = 6,
    Kill = 9,
    User1 = 10,
    SegmentationFault = 11,
    User2 = 12,
    BrokenPipe = 13,
    Alarm = 14,
    Terminate = 15,
    ChildStopped = 17,
    Continue = 18,
    Stop = 19,
    TerminalStop = 20,
    WindowChanged = 28,
}

/// <summary>What a process does when a signal comes.</summary>
internal enum SignalDisposition
{
    Default,
    Ignore,
    Handle,
}

/// <summary>Names and default actions of signals (signal(7)).</summary>
internal static class Signals
{
    private static readonly Dictionary<string, Signal> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = Signal.Hangup,
        ["INT"] = Signal.Interrupt,
        ["QUIT"] = Signal.Quit,
        ["ABRT"] = Signal.Abort,
        ["KILL"] = Signal.Kill,
        ["USR1"] = Signal.User1,
        ["SEGV"] = Signal.SegmentationFault,
        ["USR2"] = Signal.User2,
        ["PIPE"] = Signal.BrokenPipe,
        ["ALRM"] = Signal.Alarm,
        ["TERM"] = Signal.Terminate,
        ["CHLD"] = Signal.ChildStopped,
        ["CONT"] = Signal.Continue,
        ["STOP"] = Signal.Stop,
        ["TSTP"] = Signal.TerminalStop,
        ["WINCH"] = Signal.WindowChanged,
    };

    /// <summary>Every known signal with its name without the SIG prefix, by number.</summary>
    public static IEnumerable<(Signal Signal, string Name)> All =>
        Names.Select(pair => (pair.Value, pair.Key)).OrderBy(pair => pair.Value);

    /// <summary>Reads <c>TERM</c>, <c>SIGTERM</c> or <c>15</c>; null when it is none.</summary>
    public static Signal? Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return Enum.IsDefined((Signal)number) ? (Signal)number : null;
        }

        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        return Names.TryGetValue(name, out Signal signal) ? signal : null;
    }

    /// <summary>
    /// Whether a process without a handler lives on. Stopping is not simulated: its signals change nothing.
    /// </summary>
    public static bool IsHarmlessByDefault(Signal signal) => signal
        is Signal.ChildStopped or Signal.Continue or Signal.WindowChanged or Signal.Stop or Signal.TerminalStop;
}
