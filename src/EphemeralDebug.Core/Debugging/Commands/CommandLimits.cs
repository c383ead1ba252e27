namespace EphemeralDebug.Debugging.Commands;

/// <summary>How much a command may take.</summary>
internal sealed record CommandLimits
{
    /// <summary>The longest time for one pod, the start of its container included; infinite for none.</summary>
    public TimeSpan Time { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>What of that has passed before the command is run.</summary>
    public TimeSpan Passed { get; init; }

    /// <summary>The most output and error output that is collected, in bytes.</summary>
    public long OutputBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>What is left of the time.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (Time == Timeout.InfiniteTimeSpan)
            {
                return Time;
            }

            return Time > Passed ? Time - Passed : TimeSpan.Zero;
        }
    }
}
