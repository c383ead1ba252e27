using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EphemeralDebug.Sandbox.Serialization;

/// <summary>YAML as the API server accepts and gives it: another way to write JSON.</summary>
internal static partial class YamlText
{
    /// <summary>The first document of a text, as JSON.</summary>
    /// <exception cref="JsonSyntaxException">The text is not YAML.</exception>
    public static JsonNode? Read(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [var document, ..] ? ToJson(document.RootNode) : null;
        }
        catch (YamlException exception)
        {
            throw new JsonSyntaxException($"error converting YAML to JSON: yaml: line {exception.Start.Line}: {exception.Message}");
        }
    }

    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        WriteBlock(text, node, indent: 0);
        return text.ToString();
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children
            .DistinctBy(entry => KeyOf(entry.Key), StringComparer.Ordinal)
            .Select(entry => KeyValuePair.Create(KeyOf(entry.Key), ToJson(entry.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => ToValue(plain.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? ""),
        _ => null,
    };

    private static string KeyOf(YamlNode key) => ((YamlScalarNode)key).Value ?? "";

    private static JsonNode? ToValue(string plain)
    {
        switch (plain)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE":
                return JsonValue.Create(false);
        }

        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return JsonValue.Create(whole);
        }

        bool numeric = char.IsAsciiDigit(plain[^1]) && (char.IsAsciiDigit(plain[0]) || plain[0] is '-' or '+' or '.');
        return numeric && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? JsonValue.Create(number)
            : JsonValue.Create(plain);
    }

    private static void WriteBlock(StringBuilder text, JsonNode? node, int indent)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                foreach ((string name, JsonNode? value) in map.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    text.Append(' ', indent).Append(Scalar(JsonValue.Create(name))).Append(':');
                    WriteChild(text, value, value is JsonArray ? indent : indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (JsonNode? item in list)
                {
                    WriteItem(text, item, indent);
                }

                break;
            default:
                text.Append(' ', indent).Append(Scalar(node)).Append('\n');
                break;
        }
    }

    private static void WriteChild(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            WriteBlock(text, value, indent);
        }
        else
        {
            text.Append(' ').Append(Scalar(value)).Append('\n');
        }
    }

    /// <summary>An item begins on the line of its dash.</summary>
    private static void WriteItem(StringBuilder text, JsonNode? item, int indent)
    {
        int start = text.Length;
        WriteBlock(text, item, indent + 2);
        text[start + indent] = '-';
    }

    private static string Scalar(JsonNode? node)
    {
        if (node.AsText() is not { } value)
        {
            return ApiJson.ToText(node);
        }

        bool plain = value.Length > 0
            && ToValue(value) is JsonValue read
            && read.GetValueKind() == JsonValueKind.String
            && value.All(character => char.IsAsciiLetterOrDigit(character) || "-_./ ()@+:".Contains(character, StringComparison.Ordinal))
            && (char.IsAsciiLetterOrDigit(value[0]) || value[0] == '/')
            && value[^1] is not (' ' or ':')
            && !value.Contains(": ", StringComparison.Ordinal)
            && !IsAmbiguous(value);
        return plain ? value : ApiJson.ToText(node);
    }

    /// <summary>Words and dates that other readers of YAML take for something else than a string.</summary>
    private static bool IsAmbiguous(string value) =>
        value.ToUpperInvariant() is "Y" or "N" or "YES" or "NO" or "ON" or "OFF" or "NULL" or "TRUE" or "FALSE"
        || OtherNumber().IsMatch(value);

    /// <summary>Dates, numbers to the base 60, and numbers with a base or with digits in groups.</summary>
    [GeneratedRegex(@"\A([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|0[xob][0-9a-fA-F_]+|[0-9][0-9_.]*([eE][-+]?[0-9]+)?)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OtherNumber();
}
