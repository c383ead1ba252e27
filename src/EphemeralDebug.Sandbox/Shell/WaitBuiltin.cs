using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>The command <c>wait</c>: a signal with a trap ends it at once (POSIX, <c>wait</c>).</summary>
internal static class WaitBuiltin
{
    private const int UnknownProcess = 127;

    public static async Task<int> RunAsync(ShellInterpreter shell, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 1)
        {
            foreach (ShellJob job in shell.Jobs.All.ToArray())
            {
                if (await WaitAsync(shell, job) is not { } status)
                {
                    return InterruptedStatus(shell);
                }
            }

            return 0;
        }

        int result = 0;
        foreach (string name in arguments.Skip(1))
        {
            if (shell.Jobs.Find(name) is not { } job)
            {
                result = UnknownProcess;
            }
            else if (await WaitAsync(shell, job) is { } status)
            {
                result = status;
            }
            else
            {
                return InterruptedStatus(shell);
            }
        }

        return result;
    }

    /// <summary>The job's status, or null when a signal came first.</summary>
    private static async Task<int?> WaitAsync(ShellInterpreter shell, ShellJob job)
    {
        if (!await shell.Process.UnlessSignaledAsync(cancellation => job.Process.Exited.WaitAsync(cancellation)))
        {
            return null;
        }

        shell.Jobs.Remove(job);
        return (await job.Process.Exited).Code;
    }

    private static int InterruptedStatus(ShellInterpreter shell) => 128 + (int)(shell.Process.PendingSignal ?? Signal.Interrupt);
}
