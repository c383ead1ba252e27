using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Serialization;

/// <summary>Text as the API server's language prints it: its messages quote and print values this way.</summary>
internal static class GoFormat
{
    /// <summary>A string in double quotes with escapes (the verb %q).</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (Rune rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\v' => "\\v",
                < 0x20 or 0x7f => $"\\x{rune.Value:x2}",
                _ => rune.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Quoted strings in a row, as lists of names and of supported values are shown.</summary>
    public static string QuoteAll(IEnumerable<string> texts, string separator = ", ") =>
        string.Join(separator, texts.Select(Quote));

    /// <summary>A decoded JSON value as the verb %v prints it: maps sorted by key, strings bare.</summary>
    public static string Print(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject map => $"map[{string.Join(' ', map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}:{Print(entry.Value)}"))}]",
        JsonArray list => $"[{string.Join(' ', list.Select(Print))}]",
        _ when node.AsText() is { } text => text,
        _ when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValueKind() is JsonValueKind.True ? "true" : "false",
        _ => node.ToJsonString(),
    };

    /// <summary>A number of things with its noun in the right form.</summary>
    public static string Plural(string singular, string plural, int count) => count == 1 ? singular : plural;

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
