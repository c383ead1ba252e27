using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Patching;

/// <summary>A JSON patch (RFC 6902). The server answers everything that cannot be done with one and the same refusal.</summary>
internal static class JsonPatch
{
    /// <summary>The document with all operations applied; neither argument is changed.</summary>
    /// <exception cref="ApiStatusException">An operation cannot be applied, or a test fails.</exception>
    public static JsonObject Apply(JsonObject document, JsonArray operations)
    {
        JsonNode? root = document.DeepClone();
        foreach (JsonNode? operation in operations)
        {
            root = ApplyOperation(root, operation);
        }

        return root as JsonObject ?? throw Refusal();
    }

    private static JsonNode? ApplyOperation(JsonNode? root, JsonNode? operation)
    {
        string path = operation.Text("path") ?? throw Refusal();
        JsonNode? value = (operation as JsonObject)?["value"];
        switch (operation.Text("op"))
        {
            case "add":
                return Add(root, path, value);
            case "remove":
                Remove(root, path);
                return root;
            case "replace":
                return Replace(root, path, value);
            case "move":
                JsonNode? moved = Find(root, From(operation))?.DeepClone();
                Remove(root, From(operation));
                return Add(root, path, moved);
            case "copy":
                return Add(root, path, Find(root, From(operation)));
            case "test" when JsonNode.DeepEquals(FindOrNull(root, path), value):
                return root;
            default:
                throw Refusal();
        }
    }

    private static string From(JsonNode? operation) => operation.Text("from") ?? throw Refusal();

    private static JsonNode? Add(JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value?.DeepClone();
        }

        (JsonNode? parent, string last) = Parent(root, path);
        switch (parent)
        {
            case JsonObject map:
                map[last] = value?.DeepClone();
                break;
            case JsonArray list when last == "-":
                list.Add(value?.DeepClone());
                break;
            case JsonArray list:
                list.Insert(Index(last, list.Count), value?.DeepClone());
                break;
            default:
                throw Refusal();
        }

        return root;
    }

    private static void Remove(JsonNode? root, string path)
    {
        (JsonNode? parent, string last) = Parent(root, path);
        switch (parent)
        {
            case JsonObject map when map.Remove(last):
                break;
            case JsonArray list:
                list.RemoveAt(Index(last, list.Count - 1));
                break;
            default:
                throw Refusal();
        }
    }

    private static JsonNode? Replace(JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value?.DeepClone();
        }

        (JsonNode? parent, string last) = Parent(root, path);
        switch (parent)
        {
            case JsonObject map when map.ContainsKey(last):
                map[last] = value?.DeepClone();
                break;
            case JsonArray list:
                list[Index(last, list.Count - 1)] = value?.DeepClone();
                break;
            default:
                throw Refusal();
        }

        return root;
    }

    private static (JsonNode? Parent, string Last) Parent(JsonNode? root, string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? throw Refusal() : (Find(root, path[..slash]), Unescape(path[(slash + 1)..]));
    }

    private static JsonNode? FindOrNull(JsonNode? root, string path)
    {
        try
        {
            return Find(root, path);
        }
        catch (ApiStatusException)
        {
            return null;
        }
    }

    private static JsonNode? Find(JsonNode? root, string path)
    {
        JsonNode? node = root;
        foreach (string step in path.Split('/').Skip(1).Select(Unescape))
        {
            node = node switch
            {
                JsonObject map when map.TryGetPropertyValue(step, out JsonNode? value) => value,
                JsonArray list => list[Index(step, list.Count - 1)],
                _ => throw Refusal(),
            };
        }

        return node;
    }

    private static int Index(string text, int last) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index <= last ? index : throw Refusal();

    private static string Unescape(string step) =>
        step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static ApiStatusException Refusal() => new(ApiStatus.UnprocessablePatch());
}
