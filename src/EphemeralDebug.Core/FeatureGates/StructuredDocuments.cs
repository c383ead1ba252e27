using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.FeatureGates;

/// <summary>The documents of a YAML or JSON text: what they mean, and where in the text they say it.</summary>
internal sealed record StructuredDocuments(string Text, IReadOnlyList<TextNode> Nodes, JsonArray Content)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 200, AllowDuplicateProperties = false };

    /// <summary>Reads YAML or JSON.</summary>
    /// <exception cref="FormatException">The text is neither; the message says where.</exception>
    public static StructuredDocuments Read(string text)
    {
        if (text.AsSpan().TrimStart() is ['{', ..])
        {
            try
            {
                var content = new JsonArray(JsonNode.Parse(text, documentOptions: Options));
                return new StructuredDocuments(text, [JsonNodes.Read(text)], content);
            }
            catch (JsonException)
            {
                // A flow mapping of YAML begins like JSON; the YAML reader says what is wrong with either.
            }
        }

        return new StructuredDocuments(text, YamlNodes.Read(text), new JsonArray([.. YamlReader.ReadAll(text)]));
    }

    public FormatException Error(TextNode at, string problem) => TextLines.Error(Text, at.Start, problem);
}
