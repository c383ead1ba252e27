using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Api.Patching;

/// <summary>
/// A set of fields of an object, in the form of managedFields: a tree whose steps are "f:name", "k:{keys}" for an item
/// of a list and "v:value" for one of a list of distinct values. A step may be in the set itself, or only lead on.
/// </summary>
internal sealed class FieldSet
{
    private const string Self = ".";

    public bool IsMember { get; set; }

    public SortedDictionary<string, FieldSet> Children { get; } = new(StringComparer.Ordinal);

    public bool IsEmpty => !IsMember && Children.Values.All(child => child.IsEmpty);

    public static FieldSet Read(JsonObject? fields)
    {
        var set = new FieldSet();
        foreach ((string step, JsonNode? child) in fields ?? [])
        {
            if (step == Self)
            {
                set.IsMember = true;
            }
            else
            {
                FieldSet childSet = Read(child as JsonObject);
                childSet.IsMember |= child is JsonObject { Count: 0 };
                set.Children[step] = childSet;
            }
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach ((string step, FieldSet child) in Children.Where(entry => !entry.Value.IsEmpty))
        {
            JsonObject childJson = child.ToJson();
            if (child.IsMember && childJson.Count > 0)
            {
                childJson.Insert(0, Self, new JsonObject());
            }

            json[step] = childJson;
        }

        return json;
    }

    public FieldSet Child(string step)
    {
        if (!Children.TryGetValue(step, out FieldSet? child))
        {
            child = new FieldSet();
            Children[step] = child;
        }

        return child;
    }

    public FieldSet Union(FieldSet other) => Combine(other, (mine, its) => mine || its);

    public FieldSet Except(FieldSet other) => Combine(other, (mine, its) => mine && !its);

    /// <summary>The paths in the set, as steps.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths()
    {
        if (IsMember)
        {
            yield return [];
        }

        foreach ((string step, FieldSet child) in Children)
        {
            foreach (IReadOnlyList<string> rest in child.Paths())
            {
                yield return [step, .. rest];
            }
        }
    }

    public bool Contains(IEnumerable<string> path)
    {
        FieldSet? set = this;
        foreach (string step in path)
        {
            if (!set.Children.TryGetValue(step, out set))
            {
                return false;
            }
        }

        return set.IsMember;
    }

    private FieldSet Combine(FieldSet other, Func<bool, bool, bool> member)
    {
        var result = new FieldSet { IsMember = member(IsMember, other.IsMember) };
        foreach (string step in Children.Keys.Union(other.Children.Keys, StringComparer.Ordinal))
        {
            FieldSet mine = Children.GetValueOrDefault(step) ?? new FieldSet();
            FieldSet its = other.Children.GetValueOrDefault(step) ?? new FieldSet();
            FieldSet combined = mine.Combine(its, member);
            if (!combined.IsEmpty)
            {
                result.Children[step] = combined;
            }
        }

        return result;
    }
}
