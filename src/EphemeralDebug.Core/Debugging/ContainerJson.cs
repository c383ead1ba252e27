using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>The JSON form of containers, as Kubernetes' own clients write it.</summary>
internal static class ContainerJson
{
    /// <summary>For people: a character is written as a number only where JSON demands it.</summary>
    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Indented text, for people.</summary>
    public static string ToText(JsonNode node) => node.ToJsonString(s_readable);

    /// <summary>Whether a value says nothing: the API leaves out empty texts, empty lists and empty objects.</summary>
    public static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject fields => fields.Count == 0,
        _ => value.GetValueKind() == JsonValueKind.String && value.ToString().Length == 0,
    };

    /// <summary>
    /// Removes what the API treats as not said: empty texts, empty lists, and <c>false</c> where the API knows no
    /// difference between false and unset. An empty object or a null stays.
    /// </summary>
    public static void RemoveUnset(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach ((string name, JsonNode? value) in fields.ToList())
                {
                    RemoveUnset(value);
                    if (IsUnset(name, value))
                    {
                        fields.Remove(name);
                    }
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    RemoveUnset(item);
                }

                break;
        }
    }

    /// <summary>Removes every field whose value is null.</summary>
    public static void RemoveNulls(JsonNode? node)
    {
        if (node is JsonObject fields)
        {
            foreach ((string name, JsonNode? value) in fields.ToList())
            {
                RemoveNulls(value);
                if (value is null)
                {
                    fields.Remove(name);
                }
            }
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
            {
                RemoveNulls(item);
            }
        }
    }

    /// <summary>A copy whose properties are in ordinal order at every level, so that equal containers are equal bytes.</summary>
    public static JsonNode? Sort(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(
            fields.OrderBy(static field => field.Key, StringComparer.Ordinal)
                .Select(static field => KeyValuePair.Create(field.Key, Sort(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sort)]),
        _ => node?.DeepClone(),
    };

    private static bool IsUnset(string name, JsonNode? value) =>
        value is not (null or JsonObject)
        && (IsEmpty(value) || (IsPlainBoolean(name) && value.GetValueKind() == JsonValueKind.False));

    /// <summary>The booleans of a container that are not optional in the API; those of a security context all are.</summary>
    private static bool IsPlainBoolean(string name) => name is "stdin" or "stdinOnce" or "tty" or "readOnly";
}
