using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Serialization;

/// <summary>Reading API objects that are held as JSON nodes: what is missing or of another type reads as absent.</summary>
internal static class ApiJson
{
    // Go escapes less than .NET does by default; an API object is never written into HTML here.
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static JsonSerializerOptions SerializerOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToText(JsonNode? node) => node?.ToJsonString(SerializerOptions) ?? "null";

    public static JsonObject? Object(this JsonNode? node, string name) => (node as JsonObject)?[name] as JsonObject;

    public static JsonArray? Array(this JsonNode? node, string name) => (node as JsonObject)?[name] as JsonArray;

    /// <summary>The objects of a list; none when there is no such list.</summary>
    public static IEnumerable<JsonObject> Items(this JsonNode? node, string name) =>
        node.Array(name)?.OfType<JsonObject>() ?? [];

    public static IEnumerable<string> Texts(this JsonNode? node, string name) =>
        node.Array(name)?.Select(item => item.AsText()).OfType<string>() ?? [];

    public static string? Text(this JsonNode? node, string name) => (node as JsonObject)?[name].AsText();

    public static bool? Flag(this JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static long? Integer(this JsonNode? node, string name) => (node as JsonObject)?[name].AsInteger();

    public static bool Has(this JsonNode? node, string name) => (node as JsonObject)?[name] is not null;

    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static long? AsInteger(this JsonNode? node) => node is not JsonValue value
        ? null
        : value.TryGetValue(out long number) ? number
        : value.TryGetValue(out int small) ? small
        : null;

    /// <summary>The object under a name, made when it is not there.</summary>
    public static JsonObject GetOrAddObject(this JsonObject node, string name)
    {
        if (node[name] is not JsonObject child)
        {
            child = [];
            node[name] = child;
        }

        return child;
    }

    /// <summary>A time as the API writes it, to the second.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static JsonObject Copy(this JsonObject node) => (JsonObject)node.DeepClone();
}
