using System.Text.Json.Nodes;

namespace EphemeralDebug.Configuration;

/// <summary>Writes YAML with the library that <see cref="YamlLibrary"/> loads.</summary>
internal static class YamlWriter
{
    private static readonly Lazy<Func<JsonNode?, string>> Writer = new(
        static () => YamlLibrary.Method<Func<JsonNode?, string>>("FromJson"));

    /// <summary>One document in block style, ending in a line feed; readers of YAML 1.1 and 1.2 understand it alike.</summary>
    public static string Write(JsonNode? node) => Writer.Value(node);
}
