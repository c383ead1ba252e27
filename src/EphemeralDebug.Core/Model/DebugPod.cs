namespace EphemeralDebug;

/// <summary>A pod that exists to debug: a copy of another one, or a pod on a node.</summary>
public sealed class DebugPod
{
    internal DebugPod(string podNamespace, string name)
    {
        Namespace = podNamespace;
        Name = name;
    }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The pod's name.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public DebugPodKind Kind { get; internal init; }

    /// <summary>The pod that it was copied from; null for a pod on a node, and where it is not known (any more).</summary>
    public string? SourcePod { get; internal init; }

    /// <summary>The node that it runs on, or null when it has none yet.</summary>
    public string? Node { get; internal init; }

    /// <summary>The container to debug in; null where only images were set, or it is not known.</summary>
    public string? Container { get; internal init; }

    /// <summary>The image of <see cref="Container"/>, or null.</summary>
    public string? Image { get; internal init; }

    /// <summary>The pod's phase, such as <c>Running</c>; <c>Terminating</c> once it is being deleted.</summary>
    public string Phase { get; internal init; } = "";

    /// <summary>Why it is in this phase, or null.</summary>
    public string? Reason { get; internal init; }

    /// <summary>What the cluster says of the phase, or null.</summary>
    public string? Message { get; internal init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>The program that made it: <c>EphemeralDebug</c> or <c>kubectl debug</c>.</summary>
    public string CreatedBy { get; internal init; } = "";

    /// <summary>By what it is known to be a debug pod.</summary>
    public string Evidence { get; internal init; } = "";

    /// <summary>The unique id: another pod of the same name has another.</summary>
    public string? Uid { get; internal init; }

    /// <summary>How long it has existed, or null when that is not known.</summary>
    public TimeSpan? Age => CreatedAt is { } created ? (DateTimeOffset.UtcNow - created) is { Ticks: > 0 } age ? age : TimeSpan.Zero : null;

    /// <summary>The container that is entered where none is named; null when the pod has none at all.</summary>
    internal string? DefaultContainer { get; init; }

    /// <summary>The session that it was read through; a cmdlet that gets the record goes on with it.</summary>
    internal ClusterSession? Session { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
