using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>
/// What the API server fills into an ephemeral container on every way of writing, so that what was asked for can be
/// compared with what is stored (tests/Conformance: validation/defaults, add/strategic-defaults, add/strategic-full).
/// </summary>
internal static class ContainerDefaults
{
    /// <summary>Whether the server would take one for the other: equal once the defaults are filled in.</summary>
    public static bool AreEqual(JsonObject left, JsonObject right) => JsonNode.DeepEquals(Fill(left), Fill(right));

    /// <summary>A copy with the defaults filled in and without what says nothing.</summary>
    public static JsonObject Fill(JsonObject container)
    {
        JsonObject full = container.DeepClone().AsObject();
        ContainerJson.RemoveNulls(full);
        ContainerJson.RemoveUnset(full);
        if (full["resources"] is JsonObject { Count: 0 })
        {
            full.Remove("resources");
        }

        full["terminationMessagePath"] ??= "/dev/termination-log";
        full["terminationMessagePolicy"] ??= "File";
        full["imagePullPolicy"] ??= PullPolicyOf(full["image"]?.ToString() ?? "");
        foreach (JsonObject source in (full["env"] as JsonArray ?? []).Select(static v => v?["valueFrom"]).OfType<JsonObject>())
        {
            FillSource(source);
        }

        return full;
    }

    private static void FillSource(JsonObject source)
    {
        if (source["fieldRef"] is JsonObject field)
        {
            field["apiVersion"] ??= "v1";
        }

        if (source["resourceFieldRef"] is JsonObject resource)
        {
            resource["divisor"] ??= "0";
        }
    }

    // A reference that cannot be parsed has no tag for the server.
    private static string PullPolicyOf(string image) =>
        ImageReference.IsValid(image) && ImageReference.IsLatest(image) ? "Always" : "IfNotPresent";
}
