using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Patching;

/// <summary>An object's value with what its type says about owning its parts.</summary>
internal readonly record struct OwnedValue(SchemaField Field, JsonNode? Value)
{
    public static OwnedValue Root(StructType type, JsonObject value) =>
        new(new SchemaField("", type) { InternalName = type.StructName }, value);

    /// <summary>True for what an object may have or not: a structure that is always there is no field to own.</summary>
    public bool CanBeAbsent => Field.Pointer || (Field.Optional && Field.Type is not StructType);

    /// <summary>The parts that can have owners of their own, by their step in a path; none when this has one owner.</summary>
    public IReadOnlyList<KeyValuePair<string, OwnedValue>> Parts()
    {
        if (Field.OwnedAsWhole)
        {
            return [];
        }

        SchemaField field = Field;
        return (Field.Type, Value) switch
        {
            (StructType type, JsonObject map) =>
                [.. map.Where(entry => type.Find(entry.Key) is not null).Select(entry => KeyValuePair.Create($"f:{entry.Key}", new OwnedValue(type.Find(entry.Key)!, entry.Value)))],
            (MapType type, JsonObject map) =>
                [.. map.Select(entry => KeyValuePair.Create($"f:{entry.Key}", new OwnedValue(Plain(type.Value), entry.Value)))],
            (ListType type, JsonArray list) when field.Set =>
                [.. list.Select(item => KeyValuePair.Create($"v:{ApiJson.ToText(item)}", new OwnedValue(Plain(type.Element), item)))],
            (ListType type, JsonArray list) =>
                [.. list.OfType<JsonObject>().Select(item => KeyValuePair.Create(KeyOf(field, item), new OwnedValue(Plain(type.Element), item)))],
            _ => [],
        };
    }

    public static string KeyOf(SchemaField list, JsonObject item)
    {
        var keys = new JsonObject();
        var element = (StructType)((ListType)list.Type).Element;
        foreach (string key in list.ListKeys.Order(StringComparer.Ordinal))
        {
            keys[key] = item[key]?.DeepClone() ?? element.Find(key)?.Default;
        }

        return $"k:{ApiJson.ToText(keys)}";
    }

    private static SchemaField Plain(SchemaType type) => new("", type) { InternalName = "" };
}

/// <summary>How two versions of an object differ, in terms of fields.</summary>
internal sealed record FieldComparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    public static FieldComparison Compare(OwnedValue before, OwnedValue after)
    {
        var comparison = new FieldComparison(new FieldSet(), new FieldSet(), new FieldSet());
        Compare(before, after, comparison.Added, comparison.Modified, comparison.Removed);
        return comparison;
    }

    /// <summary>All fields that a value sets.</summary>
    public static FieldSet FieldsOf(OwnedValue value)
    {
        var set = new FieldSet();
        AddAll(value, set, withContainers: false);
        return set;
    }

    /// <summary>Adds all fields that a value sets.</summary>
    /// <param name="value">What is added with all its parts.</param>
    /// <param name="set">Where they are added.</param>
    /// <param name="withContainers">Whether what holds other fields is a field of its own: who writes an object owns it, who applies does not.</param>
    private static void AddAll(OwnedValue value, FieldSet set, bool withContainers)
    {
        IReadOnlyList<KeyValuePair<string, OwnedValue>> parts = value.Parts();
        set.IsMember |= parts.Count == 0;
        foreach ((string step, OwnedValue part) in parts)
        {
            FieldSet child = set.Child(step);
            child.IsMember |= !step.StartsWith('f') || (withContainers && part.CanBeAbsent);
            AddAll(part, child, withContainers);
        }
    }

    private static void Compare(OwnedValue before, OwnedValue after, FieldSet added, FieldSet modified, FieldSet removed)
    {
        Dictionary<string, OwnedValue> beforeParts = ToDictionary(before);
        Dictionary<string, OwnedValue> afterParts = ToDictionary(after);
        if (beforeParts.Count == 0 && afterParts.Count == 0)
        {
            modified.IsMember |= !JsonNode.DeepEquals(before.Value, after.Value);
            return;
        }

        foreach ((string step, OwnedValue part) in afterParts)
        {
            if (beforeParts.TryGetValue(step, out OwnedValue old))
            {
                Compare(old, part, added.Child(step), modified.Child(step), removed.Child(step));
            }
            else
            {
                added.Child(step).IsMember = part.CanBeAbsent || !step.StartsWith('f');
                AddAll(part, added.Child(step), withContainers: true);
            }
        }

        foreach ((string step, OwnedValue part) in beforeParts.Where(entry => !afterParts.ContainsKey(entry.Key)))
        {
            removed.Child(step).IsMember = true;
            AddAll(part, removed.Child(step), withContainers: true);
        }
    }

    // An invalid object may name one item twice; it is refused later.
    private static Dictionary<string, OwnedValue> ToDictionary(OwnedValue value)
    {
        var parts = new Dictionary<string, OwnedValue>(StringComparer.Ordinal);
        foreach ((string step, OwnedValue part) in value.Parts())
        {
            parts[step] = part;
        }

        return parts;
    }
}
