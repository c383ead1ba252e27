using EphemeralDebug.Api;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging.Commands;

/// <summary>Runs a command in a running container to its end, and ends it when nobody waits for it any more.</summary>
internal sealed class CommandRunner(ClusterSession session)
{
    /// <summary>For ending a command that took too long.</summary>
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(30);

    /// <summary>For the same when the user does not wait any more.</summary>
    private static readonly TimeSpan s_hastyEndLimit = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the command and returns its exit code.</summary>
    /// <exception cref="EphemeralDebugException">
    /// It could not be started, took too long, wrote more than the output takes, or the connection was lost.
    /// </exception>
    public async Task<long> RunAsync(
        EphemeralContainer container, RemoteCommand command, ICommandOutput output, CommandLimits limits, CancellationToken cancellationToken)
    {
        if (container.State is not ContainerState.Running)
        {
            throw CommandErrors.NotRunning(container);
        }

        // Only in a container of this module is there a shell for sure.
        string? id = container.Marker is null || container.IsOnWindows ? null : WaitingCommand.NewId();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limits.Remaining);
        try
        {
            return await new CommandExchange(session, container, command, id).RunAsync(output, timer.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandErrors.TimedOut(container, limits.Time, await TryEndAsync(container, id, s_endLimit));
        }
        catch (OutputLimitException)
        {
            throw CommandErrors.TooMuchOutput(container, limits.OutputBytes, await TryEndAsync(container, id, s_endLimit));
        }
        catch (OperationCanceledException)
        {
            await TryEndAsync(container, id, s_hastyEndLimit);
            throw;
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is not (ConnectionErrors.LostId or "CommandNotStarted"))
        {
            await TryEndAsync(container, id, s_endLimit);
            throw;
        }
    }

    private async Task<bool> TryEndAsync(EphemeralContainer container, string? id, TimeSpan limit) =>
        id is not null && await new CommandEnder(session).TryEndAsync(container, id, limit);
}
