namespace EphemeralDebug.Debugging.Commands;

/// <summary>Ends commands whose clients leave: a process that was started by exec goes on without its client.</summary>
internal sealed class CommandEnder(ClusterSession session)
{
    /// <summary>Between TERM and KILL.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    /// <summary>Ends a marked command; false when it may go on.</summary>
    /// <param name="container">Where it runs.</param>
    /// <param name="id">The command's id.</param>
    /// <param name="limit">The longest wait for its end.</param>
    public async Task<bool> TryEndAsync(EphemeralContainer container, string id, TimeSpan limit)
    {
        try
        {
            IReadOnlyList<string> command = MarkedCommand.EndCommand(id, s_grace);
            ScriptResult result = await ContainerScript.RunAsync(session, container, command, limit, CancellationToken.None);
            return result.Status.ExitCode is 0;
        }
        catch (Exception exception) when (exception is EphemeralDebugException or TimeoutException)
        {
            return false;
        }
    }
}
