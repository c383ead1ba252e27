using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>
/// The ephemeral containers to add to one pod, and the requests that add them in either form of the API: plain data.
/// </summary>
internal sealed record ContainerAddition
{
    private const string SecurityContext = "securityContext";

    /// <summary>The pod's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The pod's name.</summary>
    public required string Pod { get; init; }

    /// <summary>The new containers in the API's form; each has a name.</summary>
    public required IReadOnlyList<JsonObject> Containers { get; init; }

    /// <summary>The names of the ephemeral containers that the pod has already, in its order.</summary>
    public required IReadOnlyList<string> Existing { get; init; }

    /// <summary>Whether a container without its security context is not what was asked for.</summary>
    public bool NeedsSecurityContext { get; init; } = true;

    /// <summary>The names of the new containers.</summary>
    public IEnumerable<string> Names => Containers.Select(static c => (string)c["name"]!);

    /// <summary>Some of the containers have a security context, which servers of the legacy form refuse.</summary>
    public bool HasSecurityContext => Containers.Any(static c => c.ContainsKey(SecurityContext));

    /// <summary>
    /// The body of the strategic merge patch: the one that kubectl sends. Where the pod has ephemeral containers already
    /// it also says that the new ones come last.
    /// </summary>
    public JsonObject ToStrategicMergePatch()
    {
        JsonObject spec = [];
        if (Existing.Count > 0)
        {
            IEnumerable<JsonNode> order = Existing.Concat(Names).Select(static name => new JsonObject { ["name"] = name });
            spec["$setElementOrder/ephemeralContainers"] = new JsonArray([.. order]);
        }

        spec["ephemeralContainers"] = new JsonArray([.. Containers.Select(static c => c.DeepClone())]);
        return new JsonObject { ["spec"] = spec };
    }

    /// <summary>The JSON patch for a server of the legacy form: each container is appended to the list.</summary>
    public JsonArray ToLegacyJsonPatch() => new([.. Containers.Select(static container => new JsonObject
    {
        ["op"] = "add",
        ["path"] = "/ephemeralContainers/-",
        ["value"] = container.DeepClone(),
    })]);

    /// <summary>
    /// The document to PUT to a server of the legacy form: the current one, whose resourceVersion guards it, with the new
    /// containers at the end. One that is there already, as after a lost answer, is not there twice.
    /// </summary>
    /// <param name="current">The document as the server returned it; stays as it is.</param>
    public JsonObject ToLegacyDocument(JsonObject current)
    {
        JsonObject document = current.DeepClone().AsObject();
        if (document["ephemeralContainers"] is not JsonArray list)
        {
            list = [];
            document["ephemeralContainers"] = list;
        }

        foreach (JsonObject container in Containers)
        {
            if (!list.OfType<JsonObject>().Any(there => ContainerDefaults.AreEqual(there, container)))
            {
                list.Add(container.DeepClone());
            }
        }

        return document;
    }

    /// <summary>The same without security contexts.</summary>
    public ContainerAddition WithoutSecurityContext() => this with
    {
        Containers = [.. Containers.Select(static container =>
        {
            JsonObject rest = container.DeepClone().AsObject();
            rest.Remove(SecurityContext);
            return rest;
        })],
    };
}
