using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Workloads;

/// <summary>The label selectors of workloads, as the text that lists of pods take.</summary>
internal static class LabelSelector
{
    /// <summary>
    /// The selector of a workload's pods, such as <c>app=web,tier in (back,front)</c>; null when it has none. An empty one
    /// counts as none: it would stand for every pod of the namespace.
    /// </summary>
    public static string? Of(WorkloadKind kind, JsonObject workload)
    {
        if (workload["spec"] is not JsonObject spec || spec["selector"] is not JsonObject selector)
        {
            return null;
        }

        // Only the older kinds have plain labels there.
        IEnumerable<string> requirements = kind.Group.Length == 0
            ? Labels(selector)
            : Labels(selector["matchLabels"] as JsonObject).Concat(Expressions(selector["matchExpressions"] as JsonArray));
        string text = string.Join(',', requirements);
        return text.Length == 0 ? null : text;
    }

    private static IEnumerable<string> Labels(JsonObject? labels) =>
        (labels ?? []).Select(static label => $"{label.Key}={label.Value}");

    private static IEnumerable<string> Expressions(JsonArray? expressions)
    {
        foreach (JsonObject expression in (expressions ?? []).OfType<JsonObject>())
        {
            string key = expression["key"]?.ToString() ?? "";
            string values = string.Join(',', (expression["values"] as JsonArray ?? []).Select(static v => v?.ToString()));
            yield return expression["operator"]?.ToString() switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => key,
                "DoesNotExist" => $"!{key}",
                var other => throw new EphemeralDebugException(
                    "UnknownSelector",
                    FailureKind.InvalidData,
                    ControlCharacters.MakeVisible($"The workload's selector has an unknown operator '{other}'."),
                    "Name its pods, or give their labels with -Selector."),
            };
        }
    }
}
