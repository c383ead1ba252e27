using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Patching;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api.Writing;

internal enum PatchType
{
    Json,
    Merge,
    StrategicMerge,
    Apply,
}

/// <summary>A patch of one of the four types.</summary>
internal sealed class Patch
{
    private readonly PatchType _type;
    private readonly JsonNode? _document;
    private readonly IReadOnlyList<string> _duplicates;

    private Patch(PatchType type, JsonNode? document, IReadOnlyList<string> duplicates)
    {
        _type = type;
        _document = document;
        _duplicates = duplicates;
    }

    /// <summary>The type that a request's content type names.</summary>
    /// <exception cref="ApiStatusException">It names none.</exception>
    public static PatchType TypeOf(HttpRequest request) => RequestBody.MediaType(request) switch
    {
        "application/json-patch+json" => PatchType.Json,
        "application/merge-patch+json" => PatchType.Merge,
        "application/strategic-merge-patch+json" => PatchType.StrategicMerge,
        "application/apply-patch+yaml" => PatchType.Apply,
        _ => throw new ApiStatusException(ApiStatus.Generic(415, "UnsupportedMediaType", "415: Unsupported Media Type")),
    };

    /// <summary>Reads a patch.</summary>
    /// <exception cref="ApiStatusException">The body is no patch of the type.</exception>
    public static Patch Parse(PatchType type, byte[] body, BodyDialect dialect)
    {
        string prefix = type == PatchType.StrategicMerge ? "" : dialect.PatchPrefix;
        try
        {
            if (type == PatchType.Apply)
            {
                return new Patch(type, YamlText.Read(Encoding.UTF8.GetString(body)), []);
            }

            JsonNode? document = JsonReader.Read(body, out IReadOnlyList<string> duplicates);
            string? wanted = (type, document) switch
            {
                (_, null) or (PatchType.Json, JsonArray) or (not PatchType.Json, JsonObject) => null,
                (PatchType.Json, _) => dialect.JsonPatchType,
                _ => "map[string]interface {}",
            };
            return wanted is null
                ? new Patch(type, document, duplicates)
                : throw new ApiStatusException(ApiStatus.BadRequest($"{prefix}json: cannot unmarshal {KindOf(document!)} into Go value of type {wanted}"));
        }
        catch (JsonSyntaxException exception)
        {
            bool isUnfinished = type == PatchType.StrategicMerge && exception.Message == BodyDialect.UnexpectedEnd;
            throw new ApiStatusException(ApiStatus.BadRequest(prefix + (isUnfinished ? dialect.UnfinishedPatch : exception.Message)));
        }
    }

    /// <summary>The stored object with the patch applied, as an object of its type.</summary>
    /// <exception cref="ApiStatusException">The patch cannot be applied, or what it makes is no such object.</exception>
    public JsonObject ApplyTo(ApiRequest request, ObjectStrategy strategy, JsonObject stored, WriteOptions options)
    {
        StructType type = strategy.Type;
        ResourceDefinition resource = strategy.Present(request.Resource);
        string apiVersion = resource.ApiVersion;
        JsonObject current = ResponseWriter.Whole(resource, new StoredObject(stored, 0));
        JsonObject patched = _type switch
        {
            PatchType.Json => JsonPatch.Apply(current, _document as JsonArray ?? []),
            PatchType.Merge => JsonMergePatch.Apply(current, _document as JsonObject ?? []),
            _ => StrategicMergePatch.Apply(type, current, _document as JsonObject ?? []),
        };
        return _type == PatchType.StrategicMerge
            ? ObjectDecoder.DecodePatched(request, patched, type, options, DecoderDialect.Unstructured, _duplicates, GoFormat.Print(_document), apiVersion)
            : ObjectDecoder.DecodePatched(request, patched, type, options, DecoderDialect.Json, _duplicates, ApiJson.ToText(patched), apiVersion);
    }

    /// <summary>The configuration of an apply.</summary>
    /// <exception cref="ApiStatusException">It is none.</exception>
    public JsonObject DecodeConfiguration(ApiRequest request, StructType type, WriteOptions options)
    {
        JsonObject configuration = _document as JsonObject
            ?? throw new ApiStatusException(ApiStatus.BadRequest("error decoding YAML: the patch is no object"));
        if (configuration.Object("metadata").Array("managedFields") is { Count: > 0 })
        {
            throw new ApiStatusException(ApiStatus.BadRequest("metadata.managedFields must be nil"));
        }

        request.Edition.Bodies.CheckConfiguration(type, configuration);
        string shown = ApiJson.ToText(configuration);
        ObjectDecoder.DecodePatched(request, configuration, type, options, DecoderDialect.Json, [], shown, request.Resource.ApiVersion);
        return Known(configuration, type);
    }

    /// <summary>The configuration itself, without defaults, since what is left out is not applied; unknown fields are dropped.</summary>
    private static JsonObject Known(JsonObject document, StructType type) => new(document
        .Where(field => type.Find(field.Key) is not null && field.Value is not null)
        .Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, (type.Find(field.Key)!.Type, field.Value) switch
        {
            (StructType structure, JsonObject map) => Known(map, structure),
            (ListType { Element: StructType structure }, JsonArray list) =>
                new JsonArray([.. list.OfType<JsonObject>().Select(item => Known(item, structure))]),
            _ => field.Value!.DeepClone(),
        })));

    private static string KindOf(JsonNode document) => document switch
    {
        JsonObject => "object",
        JsonArray => "array",
        _ when document.AsText() is not null => "string",
        _ when document.AsInteger() is not null => "number",
        _ => "bool",
    };
}
