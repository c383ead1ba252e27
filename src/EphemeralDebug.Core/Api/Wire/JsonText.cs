using System.Text.Json.Nodes;

namespace EphemeralDebug.Api.Wire;

/// <summary>Reads members that should be text, whatever they are.</summary>
internal static class JsonText
{
    public static string? Text(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static string? Text(this JsonObject node, string member) => node[member].Text();
}
