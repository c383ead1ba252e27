using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Patching;

/// <summary>Who writes: a client's name, and the subresource it writes through.</summary>
internal readonly record struct Manager(string Name, string? Subresource)
{
    /// <summary>The name that a client gives itself, or else its program's.</summary>
    public static Manager Of(ApiRequest request, WriteOptions options)
    {
        string program = request.Http.Request.Headers.UserAgent.ToString().Split('/', 2)[0];
        string name = string.IsNullOrEmpty(options.FieldManager) ? program : options.FieldManager;
        string subresource = request.Info.Subresource;
        return new Manager(name.Length == 0 ? "unknown" : name[..Math.Min(name.Length, 128)], subresource.Length == 0 ? null : subresource);
    }
}

/// <summary>Keeps metadata.managedFields: which client has set which field.</summary>
internal static class FieldManager
{
    /// <summary>Fields of metadata that nobody owns.</summary>
    private static readonly string[] UnownedMetadata =
    [
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "resourceVersion", "managedFields",
        "deletionTimestamp", "deletionGracePeriodSeconds",
    ];

    /// <summary>Records a write that is no apply: the writer owns what it has set or changed.</summary>
    public static void TrackUpdate(StructType type, JsonObject? stored, JsonObject updated, Manager manager, DateTimeOffset now)
    {
        JsonArray entries = Entries(stored);
        FieldComparison changes = FieldComparison.Compare(
            OwnedValue.Root(type, Owned(stored ?? [], manager.Subresource)),
            OwnedValue.Root(type, Owned(updated, manager.Subresource)));
        FieldSet written = changes.Added.Union(changes.Modified);
        FieldSet lost = changes.Modified.Union(changes.Removed);
        var result = new JsonArray();
        bool found = false;
        foreach (JsonObject entry in entries.OfType<JsonObject>())
        {
            bool own = IsEntryOf(entry, manager, "Update");
            found |= own;
            FieldSet before = FieldSet.Read(entry.Object("fieldsV1"));
            FieldSet after = own ? before.Union(written).Except(changes.Removed) : before.Except(lost);
            AddEntry(result, entry, before, after, own ? now : null);
        }

        if (!found && !written.IsEmpty)
        {
            result.Add(NewEntry(manager, "Update", written, now));
        }

        Store(updated, result);
    }

    /// <summary>
    /// Server-side apply: the stored object with the applied configuration merged in, and without what this manager
    /// applied before and applies no more.
    /// </summary>
    /// <exception cref="ApiStatusException">Another manager owns a field that would be changed.</exception>
    public static JsonObject Apply(StructType type, JsonObject stored, JsonObject configuration, Manager manager, bool force, DateTimeOffset now)
    {
        JsonArray entries = Entries(stored);
        JsonObject owned = Owned(configuration, manager.Subresource);
        FieldSet applied = FieldComparison.FieldsOf(OwnedValue.Root(type, owned));
        JsonObject merged = ApplyMerge.Merge(type, stored, owned);
        FieldComparison changes = FieldComparison.Compare(
            OwnedValue.Root(type, Owned(stored, manager.Subresource)), OwnedValue.Root(type, Owned(merged, manager.Subresource)));
        JsonObject[] others = [.. entries.OfType<JsonObject>().Where(entry => !IsEntryOf(entry, manager, "Apply"))];
        if (!force)
        {
            ApplyConflicts.Check(others, changes.Modified);
        }

        FieldSet before = entries.OfType<JsonObject>()
            .Where(entry => IsEntryOf(entry, manager, "Apply"))
            .Aggregate(new FieldSet(), (set, entry) => set.Union(FieldSet.Read(entry.Object("fieldsV1"))));
        FieldSet ownedByOthers = others.Aggregate(new FieldSet(), (set, entry) => set.Union(FieldSet.Read(entry.Object("fieldsV1"))));
        ApplyMerge.Remove(OwnedValue.Root(type, merged), before.Except(applied).Except(ownedByOthers));

        var result = new JsonArray();
        foreach (JsonObject entry in entries.OfType<JsonObject>())
        {
            bool own = IsEntryOf(entry, manager, "Apply");
            FieldSet fields = FieldSet.Read(entry.Object("fieldsV1"));
            AddEntry(result, entry, fields, own ? applied : fields.Except(changes.Modified), own ? now : null);
        }

        if (!entries.OfType<JsonObject>().Any(entry => IsEntryOf(entry, manager, "Apply")))
        {
            result.Add(NewEntry(manager, "Apply", applied, now));
        }

        Store(merged, result);
        return merged;
    }

    private static JsonArray Entries(JsonObject? stored) => stored.Object("metadata").Array("managedFields") ?? [];

    private static bool IsEntryOf(JsonObject entry, Manager manager, string operation) =>
        entry.Text("manager") == manager.Name
        && entry.Text("operation") == operation
        && (entry.Text("subresource") ?? "") == (manager.Subresource ?? "");

    /// <summary>What an entry has become; its time moves only when its fields did.</summary>
    private static void AddEntry(JsonArray result, JsonObject entry, FieldSet before, FieldSet after, DateTimeOffset? now)
    {
        if (after.IsEmpty)
        {
            return;
        }

        JsonObject copy = entry.Copy();
        JsonObject fields = after.ToJson();
        if (!JsonNode.DeepEquals(fields, before.ToJson()))
        {
            copy["fieldsV1"] = fields;
            copy["time"] = now is { } time ? ApiJson.Time(time) : copy.Text("time");
        }

        result.Add(copy);
    }

    private static JsonObject NewEntry(Manager manager, string operation, FieldSet fields, DateTimeOffset now)
    {
        var entry = new JsonObject
        {
            ["manager"] = manager.Name,
            ["operation"] = operation,
            ["apiVersion"] = "v1",
            ["time"] = ApiJson.Time(now),
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = fields.ToJson(),
        };
        if (manager.Subresource is { } subresource)
        {
            entry["subresource"] = subresource;
        }

        return entry;
    }

    private static void Store(JsonObject target, JsonArray entries)
    {
        JsonObject metadata = target.GetOrAddObject("metadata");
        metadata.Remove("managedFields");
        if (entries.Count > 0)
        {
            metadata["managedFields"] = entries;
        }
    }

    private static JsonObject Owned(JsonObject value, string? subresource)
    {
        JsonObject owned = value.Copy();
        owned.Remove("apiVersion");
        owned.Remove("kind");
        if (subresource != "status")
        {
            owned.Remove("status");
        }

        if (owned.Object("metadata") is { } metadata)
        {
            foreach (string field in UnownedMetadata)
            {
                metadata.Remove(field);
            }

            if (metadata.Count == 0)
            {
                owned.Remove("metadata");
            }
        }

        return owned;
    }
}
