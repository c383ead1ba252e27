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

    /// <summary>The profile that was applied.</summary>
    public DebugProfile Profile { get; init; }

    /// <summary>Why this profile, when it was chosen for the pod; else null.</summary>
    public string? ProfileReason { get; init; }

    /// <summary>The operating system that the container is planned for.</summary>
    public NodeSystem System { get; init; } = NodeSystem.Linux;

    /// <summary>What the user should know: what was left out, what may not work.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The container in the API's form, its fields in ordinal order at every level.</summary>
    public required JsonObject Container { get; init; }

    /// <summary>The names of the ephemeral containers that the pod has already, in its order.</summary>
    public required IReadOnlyList<string> Existing { get; init; }

    /// <summary>
    /// The security context was asked for, by a profile or otherwise, and is not just the default; so the container is
    /// not to be added where the server does not allow one.
    /// </summary>
    public bool NeedsSecurityContext { get; init; }

    internal ContainerAddition Addition => new()
    {
        Namespace = Namespace,
        Pod = Pod,
        Containers = [Container],
        Existing = Existing,
        NeedsSecurityContext = NeedsSecurityContext,
    };

    /// <summary>The path of the pod's subresource <c>ephemeralcontainers</c>, without a server.</summary>
    public string Path => $"/{ApiPath.EphemeralContainers(Namespace, Pod)}";

    /// <summary>
    /// The body of the PATCH that adds the container: the one that kubectl sends. Where the pod has ephemeral
    /// containers already it also says that the new one comes last.
    /// </summary>
    public JsonObject ToStrategicMergePatch() => Addition.ToStrategicMergePatch();

    /// <summary>
    /// The JSON patch that adds the container on a server of 1.16 to 1.21, whose subresource is a list of kind
    /// EphemeralContainers. Those servers refuse security contexts.
    /// </summary>
    public JsonArray ToLegacyJsonPatch() => Addition.ToLegacyJsonPatch();

    /// <summary>The document to PUT to such a server: the current one with the container at its end.</summary>
    /// <param name="current">The document as the server returned it; stays as it is.</param>
    public JsonObject ToLegacyDocument(JsonObject current)
    {
        ArgumentNullException.ThrowIfNull(current);
        return Addition.ToLegacyDocument(current);
    }
}
