using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Configuration;

/// <summary>
/// JSON or YAML as one JSON element, whose last duplicate of a key counts. JSON is read without the YAML library.
/// </summary>
internal static class StructuredText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 200 };

    /// <summary>Reads UTF-8 (or UTF-16 with a byte order mark); empty content is null.</summary>
    /// <exception cref="FormatException">The content is neither; the message says where, without quoting it.</exception>
    public static JsonElement Parse(byte[] content)
    {
        ReadOnlyMemory<byte> utf8 = WithoutByteOrderMark(content);
        return LooksLikeJson(utf8.Span) && TryParseJson(utf8, out JsonElement json) ? json : ParseYaml(utf8.Span);
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(byte[] content) => content switch
    {
        [0xEF, 0xBB, 0xBF, ..] => content.AsMemory(3),
        [0xFF, 0xFE, ..] => Encoding.Convert(Encoding.Unicode, Encoding.UTF8, content, 2, content.Length - 2),
        [0xFE, 0xFF, ..] => Encoding.Convert(Encoding.BigEndianUnicode, Encoding.UTF8, content, 2, content.Length - 2),
        _ => content,
    };

    // A plain loop: the vectorised search would cost more at start, where it has to be compiled first.
    private static bool LooksLikeJson(ReadOnlySpan<byte> utf8)
    {
        int start = 0;
        while (start < utf8.Length && utf8[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        return start < utf8.Length && utf8[start] == (byte)'{';
    }

    private static bool TryParseJson(ReadOnlyMemory<byte> utf8, out JsonElement json)
    {
        try
        {
            json = JsonDocument.Parse(utf8, Options).RootElement;
            return true;
        }
        catch (JsonException)
        {
            // A flow mapping of YAML begins like JSON; the YAML reader says what is wrong with either.
            json = default;
            return false;
        }
    }

    private static JsonElement ParseYaml(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("it is not valid UTF-8", e);
        }

        JsonNode? node = YamlReader.Read(text);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), Options).RootElement;
    }
}
