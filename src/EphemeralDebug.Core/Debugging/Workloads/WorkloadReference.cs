using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Workloads;

/// <summary>Pods by what they belong to: an object of the cluster, or nothing but labels.</summary>
internal sealed record WorkloadReference
{
    /// <summary>The kind of the object, or null for labels alone.</summary>
    public WorkloadKind? Kind { get; init; }

    /// <summary>The name of the object; empty for labels alone.</summary>
    public string Name { get; init; } = "";

    /// <summary>The label selector where it is known, else null: the object has to be asked for it.</summary>
    public string? Selector { get; init; }

    /// <summary>Such as <c>deployment 'default/web'</c>.</summary>
    public string Describe(string podNamespace) => Kind is null
        ? $"selector '{Selector}' in namespace '{podNamespace}'"
        : $"{Kind.Kind} '{podNamespace}/{Name}'";

    /// <summary>The reference to an object as kubectl prints it, or null when its kind has no pods or its name is missing.</summary>
    public static WorkloadReference? Of(JsonObject workload) =>
        WorkloadKind.OfObject(workload["kind"]?.ToString() ?? "") is { } kind
        && workload["metadata"]?["name"]?.ToString() is { Length: > 0 } name
            ? new WorkloadReference { Kind = kind, Name = name, Selector = LabelSelector.Of(kind, workload) }
            : null;
}
