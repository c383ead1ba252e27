using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>
/// Kubernetes' strategic merge for containers: objects are merged field by field, null deletes, lists with a merge
/// key are merged item by item and all other lists replaced. Of the directives it knows <c>$patch</c> (replace and
/// delete) and <c>$deleteFromPrimitiveList</c>. See "Update API Objects in Place Using kubectl patch" in the
/// Kubernetes documentation.
/// </summary>
internal static class StrategicMerge
{
    private const string Directive = "$patch";

    private const string DeleteFromList = "$deleteFromPrimitiveList/";

    /// <summary>Merges the patch, which stays as it is, into the container.</summary>
    /// <exception cref="PlanException">The patch has an unknown directive or an item without its merge key.</exception>
    public static void Apply(JsonObject container, JsonObject patch) =>
        MergeFields(container, patch, ContainerFields.MergeKeyOf);

    private static void MergeFields(JsonObject original, JsonObject patch, Func<string, string?> mergeKeyOf)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (name.StartsWith(DeleteFromList, StringComparison.Ordinal))
            {
                DeleteItems(original[name[DeleteFromList.Length..]], value);
            }
            else if (name.StartsWith('$'))
            {
                throw Invalid($"the directive {name} is not supported here");
            }
            else if (value is null)
            {
                original.Remove(name);
            }
            else
            {
                original[name] = Merge(original[name], value, mergeKeyOf(name));
            }
        }
    }

    private static JsonNode Merge(JsonNode? original, JsonNode patch, string? mergeKey) => patch switch
    {
        JsonObject fields => MergeObject(original as JsonObject, fields),
        JsonArray items when mergeKey is not null => MergeList(original as JsonArray, items, mergeKey),
        JsonArray items => new JsonArray([.. items.Select(static item => item is null ? null : Merge(null, item, null))]),
        _ => patch.DeepClone(),
    };

    private static JsonObject MergeObject(JsonObject? original, JsonObject patch)
    {
        JsonObject merged = [];
        switch (patch[Directive]?.ToString())
        {
            case "delete":
                return merged;
            case "replace":
                break;
            case null:
                merged = original?.DeepClone().AsObject() ?? merged;
                break;
            case var other:
                throw Invalid($"{Directive}: {other} is not supported here");
        }

        MergeFields(merged, WithoutDirective(patch), static _ => null);
        return merged;
    }

    private static JsonObject WithoutDirective(JsonObject patch)
    {
        JsonObject fields = patch.DeepClone().AsObject();
        fields.Remove(Directive);
        return fields;
    }

    private static JsonArray MergeList(JsonArray? original, JsonArray patch, string mergeKey)
    {
        List<JsonObject> old = [.. (original ?? []).OfType<JsonObject>()];
        List<JsonObject> incoming = [];
        foreach (JsonNode? node in patch)
        {
            JsonObject item = CheckItem(node, mergeKey);
            switch (item[Directive]?.ToString())
            {
                case null:
                    incoming.Add(item);
                    break;
                case "delete":
                    old.RemoveAll(candidate => SameKey(candidate, item, mergeKey));
                    break;
                case "replace":
                    old.Clear();
                    break;
                case var other:
                    throw Invalid($"{Directive}: {other} is not supported here");
            }
        }

        List<JsonObject> merged = old.Count == 0
            ? incoming.ConvertAll(static item => MergeObject(null, item))
            : InOrder(MergeItems(old, incoming, mergeKey), old, incoming, mergeKey);
        return new JsonArray([.. merged]);
    }

    private static JsonObject CheckItem(JsonNode? node, string mergeKey) =>
        node is JsonObject item && (item[mergeKey] is not null || item[Directive]?.ToString() == "replace")
            ? item
            : throw Invalid($"an item of a list lacks its {mergeKey}");

    private static List<JsonObject> MergeItems(List<JsonObject> old, List<JsonObject> incoming, string mergeKey)
    {
        List<JsonObject> merged = old.ConvertAll(static item => item.DeepClone().AsObject());
        foreach (JsonObject item in incoming)
        {
            int place = IndexOf(merged, item, mergeKey);
            if (place < 0)
            {
                merged.Add(MergeObject(null, item));
            }
            else
            {
                merged[place] = MergeObject(merged[place], item);
            }
        }

        return merged;
    }

    /// <summary>
    /// Items of the patch stand in the patch's order. An item that only the original has stands before the first
    /// item of the patch that was behind it in the original, or else at the end; so new items come first.
    /// </summary>
    private static List<JsonObject> InOrder(
        List<JsonObject> merged,
        List<JsonObject> old,
        List<JsonObject> incoming,
        string mergeKey)
    {
        Queue<JsonObject> untouched = new(merged.Where(item => IndexOf(incoming, item, mergeKey) < 0));
        List<JsonObject> ordered = [];
        foreach (JsonObject item in merged.Where(item => IndexOf(incoming, item, mergeKey) >= 0)
            .OrderBy(item => IndexOf(incoming, item, mergeKey)))
        {
            int place = IndexOf(old, item, mergeKey);
            while (untouched.TryPeek(out JsonObject? waiting) && IndexOf(old, waiting, mergeKey) < place)
            {
                ordered.Add(untouched.Dequeue());
            }

            ordered.Add(item);
        }

        return [.. ordered, .. untouched];
    }

    private static int IndexOf(List<JsonObject> items, JsonObject item, string mergeKey) =>
        items.FindIndex(candidate => SameKey(candidate, item, mergeKey));

    private static bool SameKey(JsonObject left, JsonObject right, string mergeKey) =>
        JsonNode.DeepEquals(left[mergeKey], right[mergeKey]);

    private static void DeleteItems(JsonNode? list, JsonNode? unwanted)
    {
        if (list is JsonArray items && unwanted is JsonArray values)
        {
            items.RemoveAll(item => values.Any(value => JsonNode.DeepEquals(item, value)));
        }
    }

    private static PlanException Invalid(string why) =>
        new(
            PlanErrorCode.InvalidCustomProfile,
            nameof(ContainerOptions.CustomProfile),
            $"Invalid custom profile: {why}.",
            "Write it as a part of a container, as in a pod's manifest.");
}
