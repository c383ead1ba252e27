using System.Text.Json;

namespace EphemeralDebug.Configuration;

/// <summary>
/// A value in a kubeconfig, read with the types that client-go insists on: a number is no text, text is no boolean.
/// Null and absent are the same, and so are empty and absent text.
/// </summary>
internal readonly struct KubeConfigNode(JsonElement element, string file, string location)
{
    public string Location => location;

    public string? Text(string name) =>
        Find(name, JsonValueKind.String, "text (put a number or a boolean in quotes)") is { } value
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    public bool Flag(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return false;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw WrongType(name, "true or false"),
        };
    }

    public byte[]? Base64(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        byte[] data = new byte[text.Length];
        return Convert.TryFromBase64String(text, data, out int length)
            ? data[..length]
            : throw WrongType(name, "base64");
    }

    public KubeConfigNode? Map(string name) =>
        Find(name, JsonValueKind.Object, "a mapping") is { } value
            ? new KubeConfigNode(value, file, Join(name))
            : null;

    public JsonElement? Raw(string name) => TryGet(name, out JsonElement value) ? value : null;

    public IEnumerable<string> Names()
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            yield return property.Name;
        }
    }

    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name, JsonValueKind.Array, "a list") is not { } value)
        {
            return [];
        }

        var texts = new List<string>(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray())
        {
            texts.Add(item.ValueKind switch
            {
                JsonValueKind.String => item.GetString()!,
                JsonValueKind.Null => "",
                _ => throw WrongType(name, "a list of texts"),
            });
        }

        return texts;
    }

    /// <summary>The mappings of a list, each located by its index; null items count as empty mappings.</summary>
    public IEnumerable<KubeConfigNode> Maps(string name)
    {
        if (Find(name, JsonValueKind.Array, "a list") is not { } value)
        {
            yield break;
        }

        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                throw WrongType(name, "a list of mappings");
            }

            yield return new KubeConfigNode(item, file, $"{Join(name)}[{index++}]");
        }
    }

    public KubeConfigNode At(string newLocation) => new(element, file, newLocation);

    private JsonElement? Find(string name, JsonValueKind kind, string expected)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == kind ? value : throw WrongType(name, expected);
    }

    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out value)
            && value.ValueKind != JsonValueKind.Null;
    }

    private string Join(string name) => location.Length == 0 ? name : $"{location}.{name}";

    private ConfigurationException WrongType(string name, string expected) => new(
        ConfigurationError.Malformed,
        $"In the kubeconfig '{file}', {Join(name)} is not {expected}.",
        "Correct it in the file.",
        file,
        Join(name));
}
