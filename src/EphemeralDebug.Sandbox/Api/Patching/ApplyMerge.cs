using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Patching;

/// <summary>How server-side apply merges a configuration into an object, and takes fields out of it.</summary>
internal static class ApplyMerge
{
    public static JsonObject Merge(StructType type, JsonObject stored, JsonObject configuration) =>
        (JsonObject)Merge(OwnedValue.Root(type, stored), OwnedValue.Root(type, configuration))!;

    /// <summary>Takes out the fields of a set, and whole items of lists where the set has the item itself.</summary>
    public static void Remove(OwnedValue value, FieldSet fields)
    {
        foreach ((string step, OwnedValue part) in value.Parts())
        {
            if (!fields.Children.TryGetValue(step, out FieldSet? child))
            {
                continue;
            }

            Remove(part, child);
            if (child.IsMember)
            {
                Detach(value.Value!, step, part.Value);
            }
        }
    }

    private static JsonNode? Merge(OwnedValue stored, OwnedValue applied)
    {
        if (stored.Value is null || applied.Field.OwnedAsWhole)
        {
            return applied.Value?.DeepClone();
        }

        return (stored.Value, applied.Value) switch
        {
            (JsonObject map, JsonObject) => MergeMap(map, stored, applied),
            (JsonArray list, JsonArray) => MergeList(list, stored, applied),
            _ => applied.Value?.DeepClone(),
        };
    }

    private static JsonObject MergeMap(JsonObject map, OwnedValue stored, OwnedValue applied)
    {
        JsonObject result = map.Copy();
        var storedParts = stored.Parts().ToDictionary(StringComparer.Ordinal);
        foreach ((string step, OwnedValue part) in applied.Parts())
        {
            string name = step[2..];
            JsonNode? merged = storedParts.TryGetValue(step, out OwnedValue old) ? Merge(old, part) : part.Value?.DeepClone();
            result.Remove(name);
            result[name] = merged;
        }

        return result;
    }

    private static JsonArray MergeList(JsonArray list, OwnedValue stored, OwnedValue applied)
    {
        var result = (JsonArray)list.DeepClone();
        List<KeyValuePair<string, OwnedValue>> storedParts = [.. stored.Parts()];
        foreach ((string step, OwnedValue part) in applied.Parts())
        {
            int index = storedParts.FindIndex(entry => entry.Key == step);
            if (index < 0)
            {
                result.Add(part.Value?.DeepClone());
            }
            else
            {
                result[index] = Merge(storedParts[index].Value, part);
            }
        }

        return result;
    }

    private static void Detach(JsonNode parent, string step, JsonNode? part)
    {
        if (parent is JsonObject map)
        {
            map.Remove(step[2..]);
        }
        else if (parent is JsonArray list)
        {
            list.Remove(part);
        }
    }
}

/// <summary>Fields that an apply would change although somebody else has set them.</summary>
internal static class ApplyConflicts
{
    /// <summary>Refuses the apply when another manager owns a field that it would change.</summary>
    /// <exception cref="ApiStatusException">There are such fields.</exception>
    public static void Check(IEnumerable<JsonObject> otherEntries, FieldSet modified)
    {
        (string Manager, string Field)[] conflicts = [.. otherEntries.SelectMany(entry =>
        {
            FieldSet owned = FieldSet.Read(entry.Object("fieldsV1"));
            return modified.Paths().Where(owned.Contains).Select(path => (Describe(entry), Path(path)));
        })];
        if (conflicts.Length == 0)
        {
            return;
        }

        var causes = new JsonArray([.. conflicts.Select(conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Manager}",
            ["field"] = conflict.Field,
        })]);
        string[] managers = [.. conflicts.GroupBy(conflict => conflict.Manager, conflict => conflict.Field, StringComparer.Ordinal).Select(DescribeFields)];
        string count = GoFormat.Plural("1 conflict", $"{conflicts.Length} conflicts", conflicts.Length);
        throw new ApiStatusException(new ApiStatus(409, "Conflict", $"Apply failed with {count}: {string.Join('\n', managers)}")
        {
            Details = new JsonObject { ["causes"] = causes },
        });
    }

    private static string DescribeFields(IGrouping<string, string> manager)
    {
        string[] fields = [.. manager];
        return fields.Length == 1
            ? $"conflict with {manager.Key}: {fields[0]}"
            : $"conflicts with {manager.Key}:{string.Concat(fields.Select(field => $"\n- {field}"))}";
    }

    private static string Describe(JsonObject entry)
    {
        string description = GoFormat.Quote(entry.Text("manager") ?? "");
        if (entry.Text("subresource") is { Length: > 0 } subresource)
        {
            description += $" with subresource {GoFormat.Quote(subresource)}";
        }

        return entry.Text("operation") == "Update"
            ? $"{description} using {entry.Text("apiVersion")} at {entry.Text("time")}"
            : description;
    }

    private static string Path(IReadOnlyList<string> steps) => string.Concat(steps.Select(step => step[0] switch
    {
        'k' when JsonNode.Parse(step[2..]) is JsonObject keys =>
            $"[{string.Join(',', keys.Select(key => $"{key.Key}={ApiJson.ToText(key.Value)}"))}]",
        'v' => $"[={step[2..]}]",
        _ => $".{step[2..]}",
    }));
}
