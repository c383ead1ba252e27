using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>The conditions in a workload's status.</summary>
internal static class Conditions
{
    /// <summary>Sets a condition; its times change only with what it says.</summary>
    public static void Set(JsonObject status, string type, bool holds, string reason, string message, DateTimeOffset now)
    {
        string state = holds ? "True" : "False";
        if (status.Array("conditions") is not { } conditions)
        {
            status["conditions"] = conditions = [];
        }

        JsonObject? before = conditions.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);
        if (before is not null && before.Text("status") == state && before.Text("reason") == reason && before.Text("message") == message)
        {
            return;
        }

        string changed = before is not null && before.Text("status") == state ? before.Text("lastTransitionTime") ?? ApiJson.Time(now) : ApiJson.Time(now);
        conditions.Remove(before);
        conditions.Add(new JsonObject
        {
            ["type"] = type,
            ["status"] = state,
            ["lastUpdateTime"] = ApiJson.Time(now),
            ["lastTransitionTime"] = changed,
            ["reason"] = reason,
            ["message"] = message,
        });
    }

    /// <summary>Takes a condition away.</summary>
    public static void Remove(JsonObject status, string type)
    {
        if (status.Array("conditions") is { } conditions)
        {
            conditions.Remove(conditions.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type));
        }
    }

    /// <summary>Sets a number, or leaves a zero out as the API does.</summary>
    public static void Count(JsonObject status, string field, long count)
    {
        status.Remove(field);
        if (count != 0)
        {
            status[field] = count;
        }
    }
}
