using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>Text that holds documents: JSON, one value after the other, or a YAML stream.</summary>
internal static class ManifestText
{
    /// <summary>No cluster stores an object of more than a few megabytes; what is larger is no manifest.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    private const int MaximumDepth = 200;

    /// <summary>The documents in order, without the empty ones.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What the text is, for errors, such as a file with its name.</param>
    /// <exception cref="ManifestException">It is neither JSON nor YAML; the message says where.</exception>
    public static IReadOnlyList<JsonNode> Read(string text, string source = "The text")
    {
        if (text.Length > MaximumLength)
        {
            throw ManifestException.Malformed($"{source} is too long for a manifest.");
        }

        string trimmed = text.TrimStart('\uFEFF').TrimStart();
        try
        {
            return trimmed.StartsWith('{') || trimmed.StartsWith('[')
                ? ReadJson(trimmed) ?? ReadYaml(text)
                : ReadYaml(text);
        }
        catch (FormatException exception)
        {
            throw ManifestException.Malformed($"{source} is neither JSON nor YAML: {exception.Message}.");
        }
    }

    /// <summary>Null when it is no JSON: a flow collection of YAML begins alike, and the YAML reader says what is wrong with either.</summary>
    private static List<JsonNode>? ReadJson(string text)
    {
        List<JsonNode> documents = [];
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var options = new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = MaximumDepth };
        var reader = new Utf8JsonReader(utf8, options);
        try
        {
            while (reader.Read())
            {
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                JsonNode? document = JsonNode.Parse(
                    utf8.AsSpan(start, (int)reader.BytesConsumed - start),
                    documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaximumDepth });
                if (document is not null)
                {
                    documents.Add(document);
                }
            }

            return documents;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<JsonNode> ReadYaml(string text) => [.. YamlReader.ReadAll(text.TrimStart('\uFEFF')).OfType<JsonNode>()];
}
