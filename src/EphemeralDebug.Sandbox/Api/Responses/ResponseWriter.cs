using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api.Responses;

/// <summary>Sends objects in the form that was agreed on.</summary>
internal sealed class ResponseWriter(TimeProvider time)
{
    /// <summary>An object as it is stored, or as it would be.</summary>
    public Task WriteObjectAsync(ApiRequest request, int status, StoredObject stored)
    {
        Negotiated negotiated = Negotiation.Negotiate(request.Http.Request, request.Resource.HasTable ? Offer.Objects : Offer.PlainObjects);
        AddWarnings(request);
        JsonNode? document = Represent(request, negotiated, stored);
        return document is null
            ? WriteBytesAsync(request.Http, status, negotiated.ContentType, ObjectBytes(request.Resource, stored))
            : WriteAsync(request.Http, status, negotiated, document);
    }

    /// <summary>A document that is no stored object: a review, a discovery document.</summary>
    public static Task WriteDocumentAsync(HttpContext context, int status, JsonNode document) =>
        WriteAsync(context, status, Negotiation.Negotiate(context.Request, Offer.AggregatedDiscovery) with { Representation = Representation.Object }, document);

    public static Task WriteAsync(HttpContext context, int status, Negotiated negotiated, JsonNode document) =>
        WriteBytesAsync(context, status, negotiated.ContentType, Encoding.UTF8.GetBytes(negotiated.Yaml
            ? YamlText.Write(document)
            : $"{ApiJson.ToText(document)}\n"));

    /// <summary>A refusal, always as JSON; a HEAD request is told the status alone.</summary>
    public static Task WriteStatusAsync(HttpContext context, ApiStatus status) => HttpMethods.IsHead(context.Request.Method)
        ? WriteBytesAsync(context, status.Code, Negotiated.Json, ReadOnlyMemory<byte>.Empty)
        : WriteAsync(context, status.Code, default, status.ToJson());

    public static Task WriteTextAsync(HttpContext context, int status, string text) =>
        WriteBytesAsync(context, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public static void AddWarnings(ApiRequest request)
    {
        foreach (string warning in request.Warnings.Distinct(StringComparer.Ordinal))
        {
            string escaped = warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            request.Http.Response.Headers.Append("Warning", $"299 - \"{escaped}\"");
        }
    }

    /// <summary>The table of some objects; the metadata is a list's own.</summary>
    public JsonObject Table(ApiRequest request, JsonObject metadata, IEnumerable<StoredObject> objects, bool withColumns = true)
    {
        DateTimeOffset now = time.GetUtcNow();
        string include = request.Query["includeObject"].ToString();
        var rows = new JsonArray([.. objects.Select(stored => new JsonObject
        {
            ["cells"] = new JsonArray([.. request.Resource.Columns.Select(column => column.Cell(new TableRow(stored.Value, now)))]),
            ["object"] = include switch
            {
                "None" => null,
                "Object" => Whole(request.Resource, stored),
                _ => PartialMetadata(stored),
            },
        })]);
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = withColumns ? Columns(request.Resource) : null,
            ["rows"] = rows,
        };
    }

    public static JsonObject PartialMetadata(StoredObject stored) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = stored.Value["metadata"]!.DeepClone(),
    };

    public static JsonObject Whole(ResourceDefinition resource, StoredObject stored)
    {
        var whole = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion };
        foreach ((string name, JsonNode? value) in stored.Value)
        {
            whole[name] ??= value?.DeepClone();
        }

        return whole;
    }

    /// <summary>The object as JSON, from the text that all its readers share.</summary>
    public static ReadOnlyMemory<byte> ObjectBytes(ResourceDefinition resource, StoredObject stored)
    {
        byte[] head = Encoding.UTF8.GetBytes($"{{\"kind\":\"{resource.Kind}\",\"apiVersion\":\"{resource.ApiVersion}\",");
        byte[] bytes = new byte[head.Length + stored.Json.Length - 1];
        head.CopyTo(bytes, 0);
        stored.Json.Span[1..].CopyTo(bytes.AsSpan(head.Length));
        return bytes;
    }

    private JsonNode? Represent(ApiRequest request, Negotiated negotiated, StoredObject stored) => negotiated.Representation switch
    {
        Representation.Table => Table(request, new JsonObject { ["resourceVersion"] = stored.Value.Object("metadata").Text("resourceVersion") }, [stored]),
        Representation.PartialMetadata => PartialMetadata(stored),
        Representation.PartialMetadataList => throw new ApiStatusException(new ApiStatus(
            406, "NotAcceptable", $"you requested PartialObjectMetadataList, but the requested object is not a list (*core.{request.Resource.Kind})")),
        _ => negotiated.Yaml ? Whole(request.Resource, stored) : null,
    };

    private static JsonArray Columns(ResourceDefinition resource) => new([.. resource.Columns.Select(column => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Name == "Count" ? "integer" : "string",
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    })]);

    private static async Task WriteBytesAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }
}
