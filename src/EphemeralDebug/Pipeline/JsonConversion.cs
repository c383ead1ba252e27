using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Pipeline;

/// <summary>Makes JSON of what people write in PowerShell: hashtables, objects, lists, texts, numbers.</summary>
internal static class JsonConversion
{
    /// <summary>More than any object of Kubernetes; an object that contains itself must end somewhere.</summary>
    private const int MaximumDepth = 64;

    /// <summary>The JSON of a value.</summary>
    /// <exception cref="FormatException">Something in it is no JSON.</exception>
    public static JsonNode? ToJson(object? value) =>
        // What is parsed can be read as any kind of number, what is made of an int only as an int.
        JsonNode.Parse(Convert(value, depth: 0)?.ToJsonString() ?? "null");

    private static JsonNode? Convert(object? value, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new FormatException($"it is nested more than {MaximumDepth} levels deep");
        }

        object? plain = value is PSObject wrapper ? wrapper.BaseObject : value;
        return plain switch
        {
            null => null,
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            SwitchParameter flag => JsonValue.Create(flag.ToBool()),
            Enum name => JsonValue.Create(name.ToString()),
            double or float or decimal => JsonValue.Create(System.Convert.ToDecimal(plain, CultureInfo.InvariantCulture)),
            byte or sbyte or short or ushort or int or uint or long => JsonValue.Create(System.Convert.ToInt64(plain, CultureInfo.InvariantCulture)),
            IDictionary fields => ToObject(fields.Cast<DictionaryEntry>().Select(field => (field.Key.ToString() ?? "", field.Value)), depth),
            IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(item => Convert(item, depth + 1))]),
            PSCustomObject => ToObject(PSObject.AsPSObject(value!).Properties.Select(field => (field.Name, (object?)field.Value)), depth),
            _ => throw new FormatException($"a value of type {plain.GetType()} has no form in JSON"),
        };
    }

    private static JsonObject ToObject(IEnumerable<(string Name, object? Value)> fields, int depth)
    {
        var json = new JsonObject();
        foreach ((string name, object? value) in fields)
        {
            json[name] = Convert(value, depth + 1);
        }

        return json;
    }
}
