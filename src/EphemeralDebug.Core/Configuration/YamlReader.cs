using System.Text.Json.Nodes;

namespace EphemeralDebug.Configuration;

/// <summary>Reads YAML with the library that <see cref="YamlLibrary"/> loads.</summary>
internal static class YamlReader
{
    private static readonly Lazy<Func<string, JsonNode?>> First = new(
        static () => YamlLibrary.Method<Func<string, JsonNode?>>("ToJson"));

    private static readonly Lazy<Func<string, JsonNode?[]>> All = new(
        static () => YamlLibrary.Method<Func<string, JsonNode?[]>>("ToJsonDocuments"));

    private static readonly Lazy<Func<string, IReadOnlyList<(string Kind, int Start, int End, string? Text)>>> Parts = new(
        static () => YamlLibrary.Method<Func<string, IReadOnlyList<(string Kind, int Start, int End, string? Text)>>>("ToParts"));

    /// <summary>The first document of <paramref name="yaml"/>; null when it is empty.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static JsonNode? Read(string yaml) => First.Value(yaml);

    /// <summary>Every document of <paramref name="yaml"/>; null for an empty one.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static IReadOnlyList<JsonNode?> ReadAll(string yaml) => All.Value(yaml);

    /// <summary>The nodes of all documents with their places in the text, as <c>YamlText.ToParts</c> tells them.</summary>
    /// <exception cref="FormatException">It is not YAML; the message says where.</exception>
    public static IReadOnlyList<(string Kind, int Start, int End, string? Text)> ReadParts(string yaml) => Parts.Value(yaml);
}
