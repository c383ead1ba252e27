using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Pipeline;

/// <summary>Objects of PowerShell as JSON: hashtables, and what ConvertFrom-Json makes.</summary>
internal static class ObjectJson
{
    private const int MaximumDepth = 100;

    /// <summary>An object with its properties or entries, a list, or a value.</summary>
    /// <exception cref="FormatException">It is nested too deeply to be data, or holds code.</exception>
    public static JsonNode? ToJson(object? value) =>
        // What is parsed can be read as any kind of number, what was made of a long only as a long.
        JsonNode.Parse(ToJson(value, depth: 0)?.ToJsonString() ?? "null");

    private static JsonNode? ToJson(object? value, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new FormatException("the object is nested too deeply");
        }

        return (value is PSObject wrapper ? wrapper.BaseObject : value) switch
        {
            null => null,
            JsonNode node => node.DeepClone(),
            string text => JsonValue.Create(text),
            bool boolean => JsonValue.Create(boolean),
            SwitchParameter set => JsonValue.Create(set.IsPresent),
            int or long or short or byte or uint or ushort or sbyte => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            double number => JsonValue.Create(number),
            decimal number => JsonValue.Create(number),
            // ConvertFrom-Json makes dates of texts that look like one.
            DateTime time => JsonValue.Create(time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            IDictionary dictionary => FromDictionary(dictionary, depth),
            IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(item => ToJson(item, depth + 1))]),
            PSCustomObject => FromProperties((PSObject)value!, depth),
            ScriptBlock => throw new FormatException("a script block has no form in JSON"),
            object other => JsonValue.Create(LanguagePrimitives.ConvertTo<string>(other)),
        };
    }

    private static JsonObject FromDictionary(IDictionary dictionary, int depth)
    {
        JsonObject fields = [];
        foreach (DictionaryEntry entry in dictionary)
        {
            fields[LanguagePrimitives.ConvertTo<string>(entry.Key)] = ToJson(entry.Value, depth + 1);
        }

        return fields;
    }

    private static JsonObject FromProperties(PSObject item, int depth)
    {
        JsonObject fields = [];
        foreach (PSPropertyInfo property in item.Properties)
        {
            fields[property.Name] = ToJson(property.Value, depth + 1);
        }

        return fields;
    }
}
