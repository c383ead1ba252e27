namespace EphemeralDebug.Debugging;

/// <summary>How to get a terminal in a container.</summary>
internal sealed record ShellOptions
{
    /// <summary>Attach to the container's own process in place of starting another.</summary>
    public bool Attach { get; init; }

    /// <summary>What to run; empty for the best shell that the image has.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The container's own process is meant: asked for, or because it was made to be typed into.</summary>
    public bool AttachesTo(EphemeralContainer container) => Attach || (container.Stdin && Command.Count == 0);
}
