using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The conditions of a pod, which keep the time of their last change.</summary>
internal static class PodConditions
{
    /// <summary>Builds the list of conditions from the old one and what is true now.</summary>
    public static JsonArray Update(JsonArray? old, DateTimeOffset now, string phase, bool isInitialized, bool isReady)
    {
        bool isOver = phase is "Succeeded" or "Failed";
        string? notReady = isReady ? null : isOver ? phase == "Succeeded" ? "PodCompleted" : "PodFailed" : "ContainersNotReady";
        return
        [
            Condition(old, now, "PodReadyToStartContainers", !isOver, null),
            Condition(old, now, "Initialized", isInitialized, isInitialized ? null : "ContainersNotInitialized"),
            Condition(old, now, "Ready", isReady, notReady),
            Condition(old, now, "ContainersReady", isReady, notReady),
            Condition(old, now, "PodScheduled", isTrue: true, null),
        ];
    }

    private static JsonObject Condition(JsonArray? old, DateTimeOffset now, string type, bool isTrue, string? reason)
    {
        string status = isTrue ? "True" : "False";
        JsonObject? before = old?.OfType<JsonObject>().FirstOrDefault(condition => (string?)condition["type"] == type);
        string changed = before is not null && (string?)before["status"] == status
            ? (string?)before["lastTransitionTime"] ?? PodStatusBuilder.Format(now)
            : PodStatusBuilder.Format(now);
        var condition = new JsonObject { ["type"] = type, ["status"] = status, ["lastProbeTime"] = null, ["lastTransitionTime"] = changed };
        if (reason is not null)
        {
            condition["reason"] = reason;
        }

        return condition;
    }
}
