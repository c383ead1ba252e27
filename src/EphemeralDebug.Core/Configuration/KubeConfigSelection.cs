namespace EphemeralDebug.Configuration;

/// <summary>What was chosen: the entries that make up a configuration, not yet resolved.</summary>
internal sealed record KubeConfigSelection
{
    public string? ContextName { get; init; }

    /// <summary>What chose the context: the field or parameter, and the file.</summary>
    public (string Source, string? File)? ContextOrigin { get; init; }

    public string? ClusterName { get; init; }

    public string? UserName { get; init; }

    public (string Name, string Source, string? File)? Namespace { get; init; }

    public required ClusterEntry Cluster { get; init; }

    public required UserEntry User { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
