using EphemeralDebug.Debugging.Workloads;

namespace EphemeralDebug;

/// <summary>Which pod a user means, and which of its containers when the input said so.</summary>
/// <param name="Namespace">The namespace, or null where the input did not say.</param>
/// <param name="Name">The pod's name.</param>
public sealed record PodReference(string? Namespace, string Name)
{
    /// <summary>The ephemeral container that the input was a record of, or null.</summary>
    public string? Container { get; init; }

    /// <summary>The debug pod that the input was a record of, or null.</summary>
    internal DebugPod? DebugPod { get; init; }

    /// <summary>The node that the input names in place of a pod, or null.</summary>
    internal NodeReference? Node { get; init; }

    internal ClusterSession? Session { get; init; }

    /// <summary>What the user gave; the target of errors.</summary>
    internal object? Input { get; init; }

    /// <summary>What the pods belong to when they are not named themselves, or null.</summary>
    internal WorkloadReference? Workload { get; init; }

    /// <summary>Why the input names no pod, or null.</summary>
    internal string? Problem { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
