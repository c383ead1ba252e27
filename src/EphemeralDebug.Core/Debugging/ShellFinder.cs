using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging;

/// <summary>Finds the shells of this module that run in a container, and ends those that nobody can type into any more.</summary>
internal sealed class ShellFinder(ClusterSession session)
{
    /// <summary>Between the hang-up and the kill.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>The shells that run in a container now, whoever has started them.</summary>
    /// <exception cref="EphemeralDebugException">The container could not be asked.</exception>
    public async Task<IReadOnlyList<ShellProcess>> ListAsync(EphemeralContainer container, CancellationToken cancellationToken)
    {
        ScriptResult result = await RunAsync(container, MarkedShell.ListCommand, cancellationToken);
        return ShellProcess.ParseList(result.Output);
    }

    /// <summary>Ends shells as a terminal does that is closed: what ignores hang-ups in them goes on.</summary>
    /// <exception cref="EphemeralDebugException">They could not be ended.</exception>
    public async Task EndAsync(EphemeralContainer container, IEnumerable<ShellProcess> shells, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> command = MarkedShell.EndCommand(shells.Select(shell => shell.Id), s_grace);
        ScriptResult result = await RunAsync(container, command, cancellationToken);
        if (result.Status.ExitCode is not 0)
        {
            throw new EphemeralDebugException(
                "ShellNotEnded",
                FailureKind.InvalidOperation,
                $"A shell in container '{container}' goes on: it took neither HUP nor KILL.",
                "It ends with the container.");
        }
    }

    private async Task<ScriptResult> RunAsync(
        EphemeralContainer container, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        try
        {
            return await ContainerScript.RunAsync(session, container, command, s_limit, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new EphemeralDebugException(
                ConnectionErrors.TimedOutId,
                FailureKind.Timeout,
                $"Container '{container}' did not tell of its shells: {exception.Message}.",
                "Try again.",
                exception);
        }
    }
}
