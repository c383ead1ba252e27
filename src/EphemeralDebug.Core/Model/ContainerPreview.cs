namespace EphemeralDebug;

/// <summary>What adding a container would do, and what the server says to it. Nothing was changed.</summary>
public sealed record ContainerPreview
{
    /// <summary>The pod's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The pod's name.</summary>
    public required string Pod { get; init; }

    /// <summary>The name that the container would have; a random one would be another each time.</summary>
    public required string Name { get; init; }

    /// <summary>The image.</summary>
    public required string Image { get; init; }

    /// <summary>The container whose processes it would see, or null.</summary>
    public string? Target { get; init; }

    /// <summary>The profile.</summary>
    public DebugProfile Profile { get; init; }

    /// <summary>Why that profile, when it was chosen for the pod; else null.</summary>
    public string? ProfileReason { get; init; }

    /// <summary>The path of the request, without a server.</summary>
    public required string Path { get; init; }

    /// <summary>The body of the request, a strategic merge patch, as indented JSON.</summary>
    public required string Patch { get; init; }

    /// <summary>The server would accept it.</summary>
    public bool Accepted => Error is null;

    /// <summary>What the server, or the plan, warns of.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why the server would refuse it, or null.</summary>
    public string? Error { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Pod}/{Name}";
}
