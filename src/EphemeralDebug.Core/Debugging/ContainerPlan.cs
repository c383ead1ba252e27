using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging;

/// <summary>
/// An ephemeral container as it will be asked for: plain data, the same for a dry run, a manifest and the real thing.
/// </summary>
public sealed record ContainerPlan
{
    /// <summary>The content type of <see cref="ToStrategicMergePatch"/>.</summary>
    public const string PatchContentType = PatchType.StrategicMerge;

    /// <summary>The pod's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The pod's name.</summary>
    public required string Pod { get; init; }

    /// <summary>The container's name, as given or made up.</summary>
    public required string Name { get; init; }

    /// <summary>The image reference, as given.</summary>
    public required string Image { get; init; }

    /// <summary>The container whose process namespace is joined, or null.</summary>
    public string? Target { get; init; }

    /// <summary>The container in the API's form, its fields in ordinal order at every level.</summary>
    public required JsonObject Container { get; init; }

    /// <summary>The names of the ephemeral containers that the pod has already, in its order.</summary>
    public required IReadOnlyList<string> Existing { get; init; }

    /// <summary>The path of the pod's subresource <c>ephemeralcontainers</c>, without a server.</summary>
    public string Path => $"/{ApiPath.EphemeralContainers(Namespace, Pod)}";

    /// <summary>
    /// The body of the PATCH that adds the container: the one that kubectl sends. Where the pod has ephemeral
    /// containers already it also says that the new one comes last.
    /// </summary>
    public JsonObject ToStrategicMergePatch()
    {
        JsonObject spec = [];
        if (Existing.Count > 0)
        {
            IEnumerable<JsonNode> order = Existing.Append(Name).Select(static name => new JsonObject { ["name"] = name });
            spec["$setElementOrder/ephemeralContainers"] = new JsonArray([.. order]);
        }

        spec["ephemeralContainers"] = new JsonArray(Container.DeepClone());
        return new JsonObject { ["spec"] = spec };
    }
}
