namespace EphemeralDebug;

/// <summary>Which node a user means.</summary>
/// <param name="Name">The node's name.</param>
public sealed record NodeReference(string Name)
{
    /// <summary>What the user gave; the target of errors.</summary>
    internal object? Input { get; init; }

    /// <summary>Why the input names no node, or null.</summary>
    internal string? Problem { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
