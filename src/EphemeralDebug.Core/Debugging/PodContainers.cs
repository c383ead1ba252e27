using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>What a plan needs to know of a pod: who it is and the names of its containers.</summary>
internal sealed record PodContainers(
    string Namespace,
    string Pod,
    IReadOnlyList<string> Containers,
    IReadOnlyList<string> InitContainers,
    IReadOnlyList<string> EphemeralContainers)
{
    /// <summary>Reads a pod as the server returned it.</summary>
    /// <exception cref="ArgumentException">The object has no name or namespace, as every pod of a server has.</exception>
    public static PodContainers Read(JsonObject pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return new PodContainers(
            Metadata(pod, "namespace"),
            Metadata(pod, "name"),
            Names(pod, "containers"),
            Names(pod, "initContainers"),
            Names(pod, "ephemeralContainers"));
    }

    public bool Has(string name) => IsTarget(name) || EphemeralContainers.Contains(name);

    /// <summary>Only regular and init containers can be targets; an ephemeral one is <c>Not found</c> to the server.</summary>
    public bool IsTarget(string name) => Containers.Contains(name) || InitContainers.Contains(name);

    private static string Metadata(JsonObject pod, string field) =>
        (string?)pod["metadata"]?[field]
        ?? throw new ArgumentException($"The pod has no metadata.{field}.", nameof(pod));

    private static string[] Names(JsonObject pod, string list) =>
        pod["spec"]?[list] is JsonArray containers
            ? [.. containers.Select(static container => (string?)container?["name"]).OfType<string>()]
            : [];
}
