using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>A debug pod as it will be asked for: plain data, the same for a dry run and the real thing.</summary>
internal sealed record PodPlan
{
    /// <summary>A copy of a pod, or a pod on a node.</summary>
    public required DebugPodKind Kind { get; init; }

    /// <summary>The namespace of the new pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name of the new pod.</summary>
    public required string Name { get; init; }

    /// <summary>The name ends in a random suffix, so that no other pod can have it.</summary>
    public bool HasRandomName { get; init; }

    /// <summary>The new pod in the API's form: the body of the POST, as kubectl sends it.</summary>
    public required JsonObject Pod { get; init; }

    /// <summary>The container that was added or changed; null when only images were set.</summary>
    public string? Container { get; init; }

    /// <summary><see cref="Container"/> is a new one, and not one of the copied pod.</summary>
    public bool AddsContainer { get; init; }

    /// <summary>The pod that is copied, or null.</summary>
    public string? SourcePod { get; init; }

    /// <summary>The node that the pod is for, or null where the scheduler chooses.</summary>
    public string? Node { get; init; }

    /// <summary>Whether <see cref="SourcePod"/> is deleted, with no grace period, when the copy has been created.</summary>
    public bool ReplacesSource { get; init; }

    /// <summary>What the user should know of the plan, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The path that the pod is posted to, without a server.</summary>
    public string Path => $"/api/v1/namespaces/{Uri.EscapeDataString(Namespace)}/pods";

    /// <summary>The image of <see cref="Container"/>, or null.</summary>
    public string? Image => PodParts.Containers(Pod).FirstOrDefault(c => PodParts.IsNamed(c, Container))?["image"]?.ToString();
}
