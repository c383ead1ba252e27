using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>Selects objects by those of their fields that the server lets select by.</summary>
internal sealed partial class FieldSelector
{
    private readonly List<(string Field, string Value, bool Equal)> _terms = [];

    private FieldSelector()
    {
    }

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>The one name that can match; null when there is no such condition.</summary>
    public string? Name => _terms.Where(term => term is { Field: "metadata.name", Equal: true }).Select(term => term.Value).FirstOrDefault();

    /// <summary>Reads a selector; the empty text selects everything.</summary>
    /// <exception cref="ApiStatusException">The text is no selector, or a field cannot be selected by.</exception>
    public static FieldSelector Parse(string text, IReadOnlySet<string> labels)
    {
        var selector = new FieldSelector();
        foreach (string term in SplitTerms(text).Where(term => term.Length > 0))
        {
            Match match = TermExpression().Match(term);
            if (!match.Success)
            {
                throw new ApiStatusException(ApiStatus.BadRequest($"invalid selector: '{text}'; can't understand '{term}'"));
            }

            string field = match.Groups["field"].Value;
            string value = Unescape(match.Groups["value"].Value);
            if (!labels.Contains(field))
            {
                throw new ApiStatusException(ApiStatus.BadRequest($"field label not supported: {field}"));
            }

            selector._terms.Add((field, value, match.Groups["operator"].Value != "!="));
        }

        return selector;
    }

    /// <summary>Splits at commas that have no backslash before them.</summary>
    private static IEnumerable<string> SplitTerms(string text)
    {
        int start = 0;
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\')
            {
                index++;
            }
            else if (text[index] == ',')
            {
                yield return text[start..index];
                start = index + 1;
            }
        }

        yield return text[start..];
    }

    private static string Unescape(string value)
    {
        var result = new StringBuilder();
        for (int index = 0; index < value.Length; index++)
        {
            char character = value[index];
            if (character == '\\')
            {
                index++;
                character = index < value.Length && value[index] is '\\' or ',' or '='
                    ? value[index]
                    : throw Invalid($"invalid escape sequence: \\{(index < value.Length ? value[index] : "")}");
            }
            else if (character is ',' or '=')
            {
                throw Invalid(string.Create(CultureInfo.InvariantCulture, $"unescaped character in value: {(int)character}"));
            }

            result.Append(character);
        }

        return result.ToString();
    }

    private static ApiStatusException Invalid(string why) => new(ApiStatus.BadRequest($"invalid field selector: {why}"));

    public bool Matches(StoredObject stored) => _terms.TrueForAll(term => (Read(stored, term.Field) == term.Value) == term.Equal);

    private static string Read(StoredObject stored, string field)
    {
        if (field == "metadata.name")
        {
            return stored.Name;
        }

        JsonNode? node = stored.Value;
        foreach (string step in field.Split('.'))
        {
            node = (node as JsonObject)?[step];
        }

        return node.AsText() ?? (node is JsonValue ? ApiJson.ToText(node) : field == "spec.hostNetwork" ? "false" : "");
    }

    [GeneratedRegex(@"\A(?<field>.*?)(?<operator>!=|==|=)(?<value>.*)\z", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex TermExpression();
}
