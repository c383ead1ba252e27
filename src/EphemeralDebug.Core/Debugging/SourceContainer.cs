using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>The container of a pod whose settings a new one can take over.</summary>
internal static class SourceContainer
{
    /// <summary>Names the container that commands mean when they name none; kubectl reads it for exec, logs and attach.</summary>
    private const string DefaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

    /// <summary>
    /// The target; without one the pod's default container, or else its first. Null when the pod has no such target.
    /// </summary>
    public static JsonObject? Find(JsonObject pod, string? target)
    {
        if (!string.IsNullOrEmpty(target))
        {
            return Named(pod, target);
        }

        return (string?)pod["metadata"]?["annotations"]?[DefaultContainerAnnotation] is { } name && Named(pod, name) is { } marked
            ? marked
            : Containers(pod, "containers").FirstOrDefault();
    }

    private static JsonObject? Named(JsonObject pod, string name) =>
        Containers(pod, "containers").Concat(Containers(pod, "initContainers"))
            .FirstOrDefault(container => (string?)container["name"] == name);

    private static IEnumerable<JsonObject> Containers(JsonObject pod, string list) =>
        (pod["spec"]?[list] as JsonArray ?? []).OfType<JsonObject>();
}
