using EphemeralDebug.Debugging;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>Connects the host's terminal with a shell in a container until one of them ends it.</summary>
internal sealed class ShellRunner(HostTerminal terminal, DetachKeys detachKeys)
{
    /// <summary>Runs until the shell ends, is detached, or the pipeline is stopped.</summary>
    /// <exception cref="EphemeralDebugException">The shell could not be started, or the connection was lost.</exception>
    public async Task<ShellResult> RunAsync(
        ClusterSession session, EphemeralContainer container, ShellOptions options, CancellationToken cancellationToken)
    {
        long started = session.Time.GetTimestamp();
        await using RemoteShell shell = await RemoteShell.OpenAsync(session, container, options, cancellationToken);
        BridgeResult end = await TerminalBridge.RunAsync(terminal, new RemoteTerminal(shell.Stream), detachKeys, cancellationToken);
        TimeSpan duration = session.Time.GetElapsedTime(started);
        if (end is BridgeResult.Canceled)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return end is BridgeResult.Detached
            ? new ShellResult(container, exitCode: null, detached: true, duration)
            : new ShellResult(container, await shell.ReadExitCodeAsync(cancellationToken), detached: false, duration);
    }
}
