using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>
/// States of containers that a client saw by chance: what a node had done between two of its requests is not recorded.
/// Only that a container has ended is there to stay.
/// </summary>
internal static class PassingStates
{
    private const string Statuses = "ephemeralContainerStatuses";

    /// <summary>Takes them out of both the recorded answer and the given one.</summary>
    public static void Drop(JsonObject expected, JsonObject actual)
    {
        JsonObject[] wanted = [.. Pods(expected)];
        foreach ((JsonObject pod, JsonObject given) in wanted.Zip(Pods(actual)))
        {
            HashSet<string?> ended = [.. pod.Object("status").Items(Statuses)
                .Where(status => status.Object("state").Has("terminated"))
                .Select(status => status.Text("name"))];
            Keep(pod.Object("status"), ended);
            Keep(given.Object("status"), ended);
        }
    }

    private static IEnumerable<JsonObject> Pods(JsonObject document) => document.Text("kind") switch
    {
        "Pod" => [document],
        "PodList" => document.Items("items"),
        _ => [],
    };

    private static void Keep(JsonObject? status, HashSet<string?> names)
    {
        JsonObject[] kept = [.. status.Items(Statuses).Where(container => names.Contains(container.Text("name")))];
        status?.Remove(Statuses);
        if (kept.Length > 0)
        {
            status![Statuses] = new JsonArray([.. kept.Select(container => container.Copy())]);
        }
    }
}
