using EphemeralDebug.Api;
using EphemeralDebug.Debugging;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>Connects the host's terminal with a shell in a container until one of them ends it.</summary>
/// <param name="terminal">The host's terminal.</param>
/// <param name="detachKeys">The keys that leave the shell.</param>
/// <param name="tellAsync">Says something to the person at the prompt.</param>
/// <param name="recording">Writes down what the terminal shows, or null.</param>
internal sealed class ShellRunner(
    HostTerminal terminal, DetachKeys detachKeys, Func<string, Task> tellAsync, ShellRecording? recording = null)
{
    /// <summary>
    /// Runs until the shell ends, is detached, or the pipeline is stopped. A lost connection to a container's own process
    /// is made again, because that process is still there to be typed into.
    /// </summary>
    /// <exception cref="EphemeralDebugException">The shell could not be started, or the connection was lost.</exception>
    public async Task<ShellResult> RunAsync(
        ClusterSession session, EphemeralContainer container, ShellOptions options, CancellationToken cancellationToken)
    {
        long started = session.Time.GetTimestamp();
        RemoteShell? shell = await RemoteShell.OpenAsync(session, container, options, cancellationToken);
        while (true)
        {
            bool isAttached = shell.IsAttached;
            try
            {
                (long? exitCode, bool detached) = await RunOnceAsync(session, container, shell, cancellationToken);
                return new ShellResult(container, exitCode, detached, session.Time.GetElapsedTime(started));
            }
            catch (EphemeralDebugException loss) when (isAttached && loss.ErrorId is ConnectionErrors.LostId)
            {
                await tellAsync($"{loss.Message} Trying to get back to it for up to {ShellReattachment.Limit.TotalMinutes:0} min; Ctrl+C gives up.");
                (container, shell) = await new ShellReattachment(session).RunAsync(container, loss, cancellationToken);
            }

            if (shell is null)
            {
                return new ShellResult(container, container.ExitCode, detached: false, session.Time.GetElapsedTime(started));
            }

            await tellAsync($"Back in {container}.");
        }
    }

    private async Task<(long? ExitCode, bool Detached)> RunOnceAsync(
        ClusterSession session, EphemeralContainer container, RemoteShell shell, CancellationToken cancellationToken)
    {
        await using (shell)
        {
            try
            {
                IRemoteTerminal remote = new RemoteTerminal(shell);
                remote = recording?.Attach(remote, terminal.Size, container, session.Time) ?? remote;
                BridgeResult end = await TerminalBridge.RunAsync(terminal, remote, detachKeys, cancellationToken);
                return end switch
                {
                    BridgeResult.Canceled => throw new OperationCanceledException(cancellationToken),
                    BridgeResult.Detached => (null, true),
                    _ => (await shell.ReadExitCodeAsync(cancellationToken), false),
                };
            }
            catch (EphemeralDebugException loss) when (loss.ErrorId is ConnectionErrors.LostId && shell.ShellId is not null)
            {
                LostShells.Add(shell.ShellId);
                throw;
            }
        }
    }
}
