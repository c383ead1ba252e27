using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Patching;

/// <summary>
/// Kubernetes' own patch format: as a JSON merge patch, but lists whose items have a key are merged item by item, and
/// directives beginning with "$" delete, replace and order.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";
    private const string ElementOrder = "$setElementOrder/";
    private const string RetainKeys = "$retainKeys";

    /// <summary>The document with the patch applied; neither argument is changed.</summary>
    public static JsonObject Apply(StructType type, JsonObject document, JsonObject patch) =>
        MergeObject(type, document, patch) ?? [];

    private static JsonObject? MergeObject(SchemaType? type, JsonObject original, JsonObject patch)
    {
        switch (patch.Text(Directive))
        {
            case "delete":
                return null;
            case "replace":
                return (JsonObject)WithoutDirectives(patch);
        }

        JsonObject result = original.Copy();
        if (patch.Array(RetainKeys) is { } retained)
        {
            HashSet<string?> kept = [.. retained.Select(key => key.AsText())];
            foreach (string name in result.Select(field => field.Key).Where(name => !kept.Contains(name)).ToList())
            {
                result.Remove(name);
            }
        }

        foreach ((string name, JsonNode? value) in patch)
        {
            if (name.StartsWith(DeleteFromList, StringComparison.Ordinal) && value is JsonArray deleted)
            {
                DeleteValues(result, name[DeleteFromList.Length..], deleted);
            }
            else if (!name.StartsWith('$'))
            {
                MergeField(type, result, name, value, patch.Array(ElementOrder + name));
            }
        }

        return result;
    }

    private static void MergeField(SchemaType? type, JsonObject result, string name, JsonNode? value, JsonArray? order)
    {
        SchemaField? field = (type as StructType)?.Find(name);
        SchemaType? fieldType = field?.Type ?? (type as MapType)?.Value;
        JsonNode? merged = (value, result[name]) switch
        {
            (null, _) => null,
            (JsonObject patch, JsonObject original) => MergeObject(fieldType, original, patch),
            (JsonArray patch, JsonArray original) when field?.MergeKey == "*" => MergeValues(original, patch, order),
            (JsonArray patch, JsonArray original) when field?.MergeKey is { } key =>
                new ItemMerge(key, (fieldType as ListType)?.Element).Apply(original, patch, order),
            _ => WithoutDirectives(value),
        };
        result.Remove(name);
        if (merged is not null)
        {
            result[name] = merged;
        }
    }

    private static void DeleteValues(JsonObject result, string name, JsonArray deleted)
    {
        if (result.Array(name) is { } values)
        {
            result[name] = new JsonArray([.. values
                .Where(value => !deleted.Any(unwanted => JsonNode.DeepEquals(unwanted, value)))
                .Select(value => value?.DeepClone())]);
        }
    }

    private static JsonArray MergeValues(JsonArray original, JsonArray patch, JsonArray? order)
    {
        List<JsonNode?> merged = [.. original];
        merged.AddRange(patch.Where(value => !original.Any(present => JsonNode.DeepEquals(present, value))));
        return Order(merged, order ?? patch, original, JsonNode.DeepEquals);
    }

    /// <summary>
    /// Items that the patch names come in its order, the others in theirs; where both lists have an item from before,
    /// the order from before decides, so that new items come first.
    /// </summary>
    private static JsonArray Order(List<JsonNode?> merged, JsonArray order, JsonArray original, Func<JsonNode?, JsonNode?, bool> same)
    {
        int IndexIn(JsonArray list, JsonNode? item) => list.ToList().FindIndex(candidate => same(candidate, item));
        var named = new Queue<JsonNode?>(merged.Where(item => IndexIn(order, item) >= 0).OrderBy(item => IndexIn(order, item)));
        var others = new Queue<JsonNode?>(merged.Where(item => IndexIn(order, item) < 0).OrderBy(item => IndexIn(original, item)));
        var result = new JsonArray();
        while (named.Count + others.Count > 0)
        {
            bool takeOther = named.Count == 0;
            if (named.Count > 0 && others.Count > 0)
            {
                int left = IndexIn(original, named.Peek());
                int right = IndexIn(original, others.Peek());
                takeOther = left >= 0 && right >= 0 && right < left;
            }

            result.Add((takeOther ? others : named).Dequeue()?.DeepClone());
        }

        return result;
    }

    private static JsonNode WithoutDirectives(JsonNode value) => value switch
    {
        JsonObject map => new JsonObject(map
            .Where(field => !field.Key.StartsWith('$') && field.Value is not null)
            .Select(field => KeyValuePair.Create(field.Key, (JsonNode?)WithoutDirectives(field.Value!)))),
        JsonArray list => new JsonArray([.. list
            .Where(item => item.Text(Directive) is null)
            .Select(item => item is null ? null : WithoutDirectives(item))]),
        _ => value.DeepClone(),
    };

    /// <summary>Merges a list of objects by one of their fields.</summary>
    private sealed class ItemMerge(string key, SchemaType? element)
    {
        public JsonArray Apply(JsonArray original, JsonArray patch, JsonArray? order)
        {
            JsonObject[] items = [.. patch.Select(item => item as JsonObject
                ?? throw new ApiStatusException(ApiStatus.BadRequest("invalid JSON document")))];
            if (Array.Exists(items, item => item.Text(Directive) == "replace"))
            {
                return (JsonArray)WithoutDirectives(new JsonArray([.. items.Where(item => item.Text(Directive) is null).Select(item => item.DeepClone())]));
            }

            List<JsonNode?> merged = [.. original];
            foreach (JsonObject item in items)
            {
                MergeItem(merged, item);
            }

            var wanted = new JsonArray([.. items.Where(item => item.Text(Directive) != "delete").Select(item => item.DeepClone())]);
            return Order(merged, order ?? wanted, original, Same);
        }

        private void MergeItem(List<JsonNode?> merged, JsonObject item)
        {
            if (!item.ContainsKey(key))
            {
                throw new ApiStatusException(new ApiStatus(500, null, $"map: {GoFormat.Print(item)} does not contain declared merge key: {key}"));
            }

            int index = merged.FindIndex(candidate => Same(candidate, item));
            if (item.Text(Directive) == "delete")
            {
                merged.RemoveAll(candidate => Same(candidate, item));
            }
            else if (index < 0)
            {
                merged.Add(WithoutDirectives(item));
            }
            else
            {
                merged[index] = MergeObject(element, (JsonObject)merged[index]!, item);
            }
        }

        private bool Same(JsonNode? left, JsonNode? right) =>
            left is JsonObject first && right is JsonObject second && JsonNode.DeepEquals(first[key], second[key]);
    }
}
