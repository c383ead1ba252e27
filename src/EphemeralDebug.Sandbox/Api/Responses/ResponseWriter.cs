using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
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
        Negotiated negotiated = Negotiation.Negotiate(
            request.Http.Request, request.Resource.HasTable ? Offer.Objects : Offer.PlainObjects, request.Resource.Message is not null);
        AddWarnings(request);
        JsonNode? document = Represent(request, negotiated, stored);
        return document is null
            ? WriteEncodedAsync(request.Http, status, negotiated, new ObjectEncoder(request.Resource, negotiated).Document(stored))
            : WriteAsync(request.Http, status, negotiated, document);
    }

    /// <summary>A document that is no stored object: a review, a discovery document.</summary>
    public static Task WriteDocumentAsync(HttpContext context, int status, JsonNode document) =>
        WriteAsync(context, status, Negotiation.Negotiate(context.Request, Offer.Documents), document);

    public static Task WriteAsync(HttpContext context, int status, Negotiated negotiated, JsonNode document) =>
        WriteEncodedAsync(context, status, negotiated, Encode(negotiated, document));

    /// <summary>A document in the form that was agreed on.</summary>
    public static byte[] Encode(Negotiated negotiated, JsonNode document) => negotiated.Format switch
    {
        Format.Yaml => Encoding.UTF8.GetBytes(YamlText.Write(document)),
        Format.Protobuf => EncodeProtobuf((JsonObject)document),
        _ => Encoding.UTF8.GetBytes(negotiated.Pretty ? ApiJson.ToText(document) : $"{ApiJson.ToText(document)}\n"),
    };

    /// <summary>A refusal: in the form that is agreed on, and indented JSON where there is none. A HEAD request is told the status alone.</summary>
    public static Task WriteStatusAsync(HttpContext context, ApiStatus status)
    {
        if (status.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(
            context,
            status.Code,
            Negotiation.NegotiateRefusal(context.Request) ?? new Negotiated(Format.Json, Representation.Object) { Pretty = true },
            status.ToJson());
    }

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
    public JsonObject Table(ApiRequest request, Negotiated negotiated, JsonObject metadata, IEnumerable<StoredObject> objects, bool withColumns = true)
    {
        DateTimeOffset now = time.GetUtcNow();
        string include = request.Query["includeObject"].ToString();
        if (include is not ("" or "None" or "Object" or "Metadata"))
        {
            FieldError error = FieldError.Invalid("includeObject", include, "must be 'Metadata', 'Object', 'None', or empty");
            throw new ApiStatusException(ApiStatus.BadRequest($"Unable to convert to Table as requested: {error}"));
        }

        var rows = new JsonArray([.. objects.Select(stored => new JsonObject
        {
            ["cells"] = new JsonArray([.. request.Resource.Columns.Select(column => column.Cell(new TableRow(stored.Value, now)))]),
            ["object"] = include switch
            {
                "None" => null,
                "Object" => Whole(request.Resource, stored),
                _ => PartialMetadata(negotiated, stored),
            },
        })]);
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = negotiated.MetaApiVersion,
            ["metadata"] = metadata,
            ["columnDefinitions"] = withColumns ? Columns(request.Resource) : null,
            ["rows"] = rows,
        };
    }

    public static JsonObject PartialMetadata(Negotiated negotiated, StoredObject stored) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = negotiated.MetaApiVersion,
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

    private JsonNode? Represent(ApiRequest request, Negotiated negotiated, StoredObject stored) => negotiated.Representation switch
    {
        Representation.Table => Table(request, negotiated, new JsonObject { ["resourceVersion"] = stored.Value.Object("metadata").Text("resourceVersion") }, [stored]),
        Representation.PartialMetadata when negotiated.Format == Format.Yaml => PartialMetadata(negotiated, stored),
        Representation.PartialMetadataList => throw new ApiStatusException(new ApiStatus(
            406, "NotAcceptable", $"you requested PartialObjectMetadataList, but the requested object is not a list (*core.{request.Resource.Kind})")),
        Representation.Object when negotiated.Format == Format.Yaml => Whole(request.Resource, stored),
        _ => null,
    };

    private static JsonArray Columns(ResourceDefinition resource) => new([.. resource.Columns.Select(column => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Name == "Count" ? "integer" : "string",
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    })]);

    private static byte[] EncodeProtobuf(JsonObject document)
    {
        string kind = document.Text("kind") ?? "";
        return ProtobufEnvelope.Wrap(document.Text("apiVersion") ?? "", kind, ProtobufWriter.Write(Negotiated.MessageOf(kind), document));
    }

    private static Task WriteEncodedAsync(HttpContext context, int status, Negotiated negotiated, byte[] encoded)
    {
        if (negotiated is not { Format: Format.Json, Pretty: true })
        {
            return WriteBytesAsync(context, status, negotiated.ContentType, encoded);
        }

        var indented = new ArrayBufferWriter<byte>(encoded.Length * 2);
        using (Utf8JsonWriter writer = IndentedJson.Open(indented))
        {
            IndentedJson.Copy(encoded, writer);
        }

        return WriteBytesAsync(context, status, negotiated.ContentType, indented.WrittenMemory);
    }

    private static async Task WriteBytesAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> content)
    {
        context.Response.StatusCode = status;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentType = contentType;
            return;
        }

        await using ResponseBody body = ResponseBody.Open(context, contentType, content.Length);
        if (context.Response.Headers.ContentEncoding.Count == 0)
        {
            context.Response.ContentLength = content.Length;
        }

        await body.Writer.WriteAsync(content, context.RequestAborted);
    }
}
