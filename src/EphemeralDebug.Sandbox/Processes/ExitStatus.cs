namespace EphemeralDebug.Sandbox.Processes;

/// <summary>How a process ended: with a code of its own, or by a signal.</summary>
internal readonly record struct ExitStatus(int ExitCode, Signal? Signal)
{
    public static ExitStatus Exited(int code) => new(code & 0xff, null);

    public static ExitStatus Killed(Signal signal) => new(0, signal);

    /// <summary>The number that a shell's <c>$?</c> and a container runtime make of it.</summary>
    public int Code => Signal is { } signal ? 128 + (int)signal : ExitCode;
}
