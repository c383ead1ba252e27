using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>
/// The document that the subresource of the first versions takes and gives in place of the pod (Kubernetes 1.20,
/// <c>registry/core/pod/storage/storage.go</c>, <c>ephemeralContainersInPod</c>).
/// </summary>
internal static class EphemeralContainersDocument
{
    public const string Kind = "EphemeralContainers";

    private static readonly string[] Metadata = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"];

    /// <summary>The document of a pod: who it is, and the list, which is never absent.</summary>
    public static JsonObject Of(JsonObject pod)
    {
        JsonObject? metadata = pod.Object("metadata");
        return new JsonObject
        {
            ["metadata"] = new JsonObject(Metadata.Where(metadata.Has).Select(name => KeyValuePair.Create(name, metadata![name]?.DeepClone()))),
            ["ephemeralContainers"] = pod.Object("spec").Array(PodSpecs.EphemeralContainers)?.DeepClone() ?? new JsonArray(),
        };
    }
}
