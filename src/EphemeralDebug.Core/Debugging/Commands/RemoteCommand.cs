namespace EphemeralDebug.Debugging.Commands;

/// <summary>A command to run in containers, and what it reads.</summary>
internal sealed record RemoteCommand
{
    /// <summary>The command, argument by argument; null where there is a script.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>Text for the shell of the container's system, <c>sh</c> or <c>cmd</c>; null where there is a command.</summary>
    public string? Script { get; init; }

    /// <summary>Opens what the command reads, once for each container; null for no standard input.</summary>
    public Func<Stream>? OpenInput { get; init; }

    /// <summary>What to run in the container, argument by argument.</summary>
    public IReadOnlyList<string> For(EphemeralContainer container) => Script switch
    {
        null => Arguments ?? [],
        _ when container.IsOnWindows => ["cmd", "/c", Script],
        _ => ["sh", "-c", Script],
    };
}
