using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>Cuts an answer down to what the recorder kept of such an answer.</summary>
internal static class Reduction
{
    private static readonly string[] PodMetadata =
    [
        "name", "generateName", "namespace", "labels", "annotations", "uid", "resourceVersion", "generation",
        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers",
    ];

    /// <summary>Kinds of which the recorder kept what its notes name: no more than that is compared.</summary>
    private static readonly HashSet<string> Cut = new(StringComparer.Ordinal)
    {
        "Node", "NodeList", "APIResourceList", "APIGroupList", "APIGroupDiscoveryList", "APIVersions", "Deployment",
    };

    public static JsonNode? Reduce(JsonNode? actual, JsonNode? expected)
    {
        JsonNode? copy = actual?.DeepClone();
        DropManagedFields(copy);
        return copy is JsonObject document ? ReduceObject(document, expected as JsonObject ?? []) : copy;
    }

    /// <summary>Who is told to manage which fields.</summary>
    public static JsonArray Managers(JsonNode? answer) => new([.. (answer as JsonObject).Object("metadata").Items("managedFields")
        .Select(entry => Keep(entry, "manager", "operation", "fieldsType", "fieldsV1"))]);

    private static JsonNode ReduceObject(JsonObject actual, JsonObject expected)
    {
        string kind = expected.Text("kind") ?? actual.Text("kind") ?? "";
        switch (kind)
        {
            case "Pod":
                return ReducePod(actual, expected);
            case "PodList":
                ReduceItems(actual, expected, ReducePod);
                return actual;
            case "EventList":
                ReduceEvents(actual);
                return actual;
            case "Table":
                ReduceTable(actual, expected);
                return actual;
            case "SelfSubjectRulesReview":
                SortRules(actual);
                SortRules(expected);
                return actual;
            case not "" when Cut.Contains(kind):
                return Project(actual, expected);
            default:
                return actual;
        }
    }

    private static JsonObject ReducePod(JsonObject pod, JsonObject expected)
    {
        JsonObject? expectedSpec = expected.Object("spec");
        if (expectedSpec.Has("restartPolicy"))
        {
            return pod;
        }

        JsonObject metadata = pod.Object("metadata") ?? [];
        foreach (string name in metadata.Select(field => field.Key).Where(name => !PodMetadata.Contains(name) && !expected.Object("metadata").Has(name)).ToList())
        {
            metadata.Remove(name);
        }

        if (pod.Has("spec"))
        {
            pod["spec"] = ReduceSpec(pod.Object("spec")!, expectedSpec);
        }

        ReduceStatus(pod, expected.Object("status"));
        return pod;
    }

    private static JsonObject ReduceSpec(JsonObject spec, JsonObject? expected)
    {
        var reduced = new JsonObject();
        if (expected.Has("containers"))
        {
            reduced["containers"] = new JsonArray([.. spec.Items("containers").Select(container =>
                new JsonObject { ["name"] = container.Text("name"), ["image"] = container.Text("image") })]);
        }

        if (spec.Array("ephemeralContainers") is { } containers)
        {
            reduced["ephemeralContainers"] = containers.DeepClone();
        }

        return reduced;
    }

    /// <summary>Where the scenario is not about status there is none; else the phase and the statuses of containers.</summary>
    private static void ReduceStatus(JsonObject pod, JsonObject? expected)
    {
        JsonObject? status = pod.Object("status");
        pod.Remove("status");
        if (expected is null || status is null)
        {
            return;
        }

        pod["status"] = new JsonObject(status
            .Where(field => expected.ContainsKey(field.Key) || (field.Key == "ephemeralContainerStatuses" && field.Value is JsonArray { Count: > 0 }))
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
    }

    private static void ReduceItems(JsonObject list, JsonObject expected, Func<JsonObject, JsonObject, JsonObject> reduce)
    {
        JsonObject[] expectedItems = [.. expected.Items("items")];
        list["items"] = new JsonArray([.. list.Items("items").Select((item, index) =>
            reduce(item.Copy(), expectedItems.ElementAtOrDefault(index) ?? []))]);
    }

    private static void ReduceEvents(JsonObject list)
    {
        JsonObject[] events = [.. list.Items("items")
            .Where(item => item.Object("involvedObject").Text("fieldPath")?.StartsWith("spec.ephemeralContainers", StringComparison.Ordinal) == true)
            .Select(item => new JsonObject
            {
                ["type"] = item.Text("type"),
                ["reason"] = item.Text("reason"),
                ["message"] = item.Text("message"),
                ["involvedObject"] = Keep(item.Object("involvedObject"), "kind", "namespace", "name", "apiVersion", "fieldPath"),
                ["source"] = Keep(item.Object("source"), "component"),
            })
            .OrderBy(item => item.Object("involvedObject").Text("fieldPath"), StringComparer.Ordinal)
            .ThenBy(item => item.Text("reason"), StringComparer.Ordinal)
            .ThenBy(item => item.Text("message"), StringComparer.Ordinal)];
        list["items"] = new JsonArray([.. events.DistinctBy(item => item.ToJsonString(), StringComparer.Ordinal)]);
    }

    private static JsonObject Keep(JsonObject? value, params string[] names) => new((value ?? [])
        .Where(field => names.Contains(field.Key))
        .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

    private static void ReduceTable(JsonObject table, JsonObject expected)
    {
        JsonNode? wanted = expected["columnDefinitions"];
        if (wanted is JsonArray { Count: > 0 } names && names[0] is JsonValue)
        {
            table["columnDefinitions"] = new JsonArray([.. table.Items("columnDefinitions").Select(column => JsonValue.Create(column.Text("name")))]);
        }
        else if (wanted is JsonValue)
        {
            table["columnDefinitions"] = wanted.DeepClone();
        }

        foreach (JsonObject column in table.Items("columnDefinitions"))
        {
            column.Remove("description");
        }

        foreach ((JsonObject row, JsonObject wantedRow) in table.Items("rows").Zip(expected.Items("rows")))
        {
            if (row.Object("object") is { } value)
            {
                row["object"] = ReducePod(value.Copy(), wantedRow.Object("object") ?? []);
            }
        }
    }

    private static void SortRules(JsonObject review)
    {
        foreach (string list in (string[])["resourceRules", "nonResourceRules"])
        {
            if (review.Object("status").Array(list) is { } rules)
            {
                review.Object("status")![list] = new JsonArray([.. rules.Select(rule => rule!.DeepClone()).OrderBy(rule => rule.ToJsonString(), StringComparer.Ordinal)]);
            }
        }
    }

    /// <summary>Keeps what the recorded document has: fields by name, items of lists by their name or else by position.</summary>
    private static JsonNode Project(JsonNode actual, JsonNode? expected) => (actual, expected) switch
    {
        (_, JsonValue text) when text.TryGetValue(out string? said) && said == "left out" => text.DeepClone(),
        (JsonObject map, JsonObject wanted) => new JsonObject(wanted
            .Where(field => map.ContainsKey(field.Key))
            .Select(field => KeyValuePair.Create(field.Key, map[field.Key] is { } value ? Project(value, field.Value) : null))),
        (JsonArray list, JsonArray wanted) => new JsonArray([.. wanted
            .Select((item, index) => (Wanted: item, Given: FindItem(list, item, index)))
            .Where(pair => pair.Given is not null)
            .Select(pair => Project(pair.Given!, pair.Wanted))]),
        (JsonArray list, _) => list.DeepClone(),
        (JsonObject, JsonValue text) when text.TryGetValue(out string? _) => actual.Text("groupVersion")?.Split('/')[^1] ?? actual.Text("version") ?? "",
        _ => actual.DeepClone(),
    };

    private static JsonNode? FindItem(JsonArray list, JsonNode? wanted, int index)
    {
        string? Key(JsonNode? item) =>
            item.Text("name") ?? item.Object("metadata").Text("name") ?? item.Text("resource") ?? item.Text("subresource") ?? item.Text("version");
        string? key = Key(wanted);
        bool byName = key is not null && !key.StartsWith('<') && list.Any(item => Key(item) is not null);
        return byName ? list.FirstOrDefault(item => Key(item) == key) : list.ElementAtOrDefault(index);
    }

    private static void DropManagedFields(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                map.Remove("managedFields");
                foreach ((string _, JsonNode? value) in map)
                {
                    DropManagedFields(value);
                }

                break;
            case JsonArray list:
                foreach (JsonNode? item in list)
                {
                    DropManagedFields(item);
                }

                break;
        }
    }
}
