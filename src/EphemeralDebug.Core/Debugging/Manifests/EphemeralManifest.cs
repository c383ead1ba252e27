using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>A document that asks for ephemeral containers, whatever its form.</summary>
internal sealed record EphemeralManifest
{
    private const string ListField = "ephemeralContainers";

    /// <summary>The pod's namespace, or null where the document does not say.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pod's name, or null where the document does not say.</summary>
    public string? Pod { get; init; }

    /// <summary>The pod's uid, or null where the document does not say.</summary>
    public string? Uid { get; init; }

    /// <summary>The containers are all that the pod shall have, so one that it has and that is not among them is removed.</summary>
    public bool IsWholeList { get; init; }

    /// <summary>The containers in the API's form.</summary>
    public required IReadOnlyList<JsonObject> Containers { get; init; }

    /// <summary>The manifests of a document: several where it is a list of objects.</summary>
    /// <exception cref="ManifestException">It is no document of ephemeral containers.</exception>
    public static IReadOnlyList<EphemeralManifest> Parse(JsonNode document) => document switch
    {
        JsonArray items when items.All(IsContainer) => [new EphemeralManifest { Containers = [.. items.Select(static i => i!.AsObject())] }],
        JsonArray items => [.. items.SelectMany(ParseItem)],
        JsonObject fields when fields["items"] is JsonArray items => [.. items.SelectMany(ParseItem)],
        JsonObject fields => [ParseObject(fields)],
        _ => throw ManifestException.Malformed("The document is a single value."),
    };

    private static IReadOnlyList<EphemeralManifest> ParseItem(JsonNode? item) =>
        item is JsonObject fields ? Parse(fields) : throw ManifestException.Malformed("An item of the list is no object.");

    private static EphemeralManifest ParseObject(JsonObject document)
    {
        string? kind = Text(document, "kind");
        string? version = Text(document, "apiVersion");
        if (kind is not (null or "Pod" or EphemeralContainersApi.LegacyKind) || version is not (null or "v1"))
        {
            throw ManifestException.Malformed($"A document of kind {kind ?? "nothing"} (apiVersion {version ?? "nothing"}) holds no ephemeral containers.");
        }

        return (kind, document["spec"], document[ListField]) switch
        {
            ("Pod", JsonObject spec, _) => WithList(document, spec, $"spec.{ListField}"),
            (null, JsonObject spec, _) when spec.ContainsKey(ListField) => WithList(document, spec, $"spec.{ListField}"),
            (EphemeralContainersApi.LegacyKind, _, _) => WithList(document, document, ListField),
            (null, _, not null) => WithList(document, document, ListField),
            (null, _, _) when IsContainer(document) => new EphemeralManifest { Containers = [document] },
            _ => throw ManifestException.Malformed("The document has no ephemeral containers."),
        };
    }

    /// <summary>A list that no kind and no metadata come with is a patch: it only adds.</summary>
    private static EphemeralManifest WithList(JsonObject document, JsonObject owner, string path)
    {
        JsonObject? metadata = document["metadata"] as JsonObject;
        return new EphemeralManifest
        {
            Namespace = Text(metadata, "namespace"),
            Pod = Text(metadata, "name"),
            Uid = Text(metadata, "uid"),
            IsWholeList = metadata is not null || document.ContainsKey("kind"),
            Containers = owner.ContainsKey(ListField)
                ? ReadList(owner[ListField], path)
                : throw ManifestException.Malformed($"The document has no {path}."),
        };
    }

    private static List<JsonObject> ReadList(JsonNode? list, string path)
    {
        List<JsonObject> containers = [];
        JsonArray items = list switch
        {
            null => [],
            JsonArray array => array,
            _ => throw ManifestException.Malformed($"{path} is no list."),
        };
        for (int i = 0; i < items.Count; i++)
        {
            containers.Add(items[i] as JsonObject ?? throw ManifestException.Malformed($"{path}[{i}] is no object."));
        }

        return containers;
    }

    private static bool IsContainer(JsonNode? node) => node is JsonObject fields
        && !fields.ContainsKey("kind") && !fields.ContainsKey("metadata") && (fields.ContainsKey("image") || fields.ContainsKey("name"));

    private static string? Text(JsonObject? fields, string name) =>
        fields?[name] is JsonValue value && value.GetValueKind() is JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text
            ? text
            : null;
}
