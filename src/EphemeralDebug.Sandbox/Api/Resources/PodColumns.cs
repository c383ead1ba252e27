using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Resources;

/// <summary>The table of pods: what kubectl calls a pod's status is worked out here, by the server.</summary>
internal static class PodColumns
{
    private const string None = "<none>";

    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", "The aggregate readiness state of this pod for accepting traffic.", row => Ready(row.Value)),
        new("Status", "The aggregate status of the containers in this pod.", row => Status(row.Value)),
        new("Restarts", "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.", row => Restarts(row)),
        TableColumn.Age,
        new("IP", "The address of the pod.", row => row.Value.Object("status").Text("podIP") ?? None) { Priority = 1 },
        new("Node", "The node that the pod runs on.", row => row.Value.Object("spec").Text("nodeName") ?? None) { Priority = 1 },
        new("Nominated Node", "The node that the pod may run on once it is free.", row => row.Value.Object("status").Text("nominatedNodeName") ?? None) { Priority = 1 },
        new("Readiness Gates", "Conditions beside those of the containers that make the pod ready.", row => ReadinessGates(row.Value)) { Priority = 1 },
    ];

    private static string Ready(JsonObject pod)
    {
        int ready = pod.Object("status").Items("containerStatuses")
            .Count(status => status.Flag("ready") == true && status.Object("state").Has("running"));
        return string.Create(CultureInfo.InvariantCulture, $"{ready}/{pod.Object("spec").Items("containers").Count()}");
    }

    private static string Status(JsonObject pod)
    {
        JsonObject? status = pod.Object("status");
        if (pod.Object("metadata").Has("deletionTimestamp") && status.Text("phase") is not ("Succeeded" or "Failed"))
        {
            return status.Text("reason") == "NodeLost" ? "Unknown" : "Terminating";
        }

        return InitStatus(pod) ?? ContainerStatus(status) ?? status.Text("reason") ?? status.Text("phase") ?? "";
    }

    /// <summary>The first init container that is not done; null when all are.</summary>
    private static string? InitStatus(JsonObject pod)
    {
        int total = pod.Object("spec").Items("initContainers").Count();
        foreach ((int index, JsonObject container) in pod.Object("status").Items("initContainerStatuses").Index())
        {
            JsonObject? state = container.Object("state");
            if (state.Object("terminated") is { } terminated)
            {
                if (terminated.Integer("exitCode") == 0)
                {
                    continue;
                }

                return $"Init:{Ending(terminated)}";
            }

            if (state.Object("waiting").Text("reason") is { Length: > 0 } reason and not "PodInitializing")
            {
                return $"Init:{reason}";
            }

            return string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{total}");
        }

        return null;
    }

    /// <summary>What the first container has to say that is not simply running.</summary>
    private static string? ContainerStatus(JsonObject? status)
    {
        string? result = null;
        bool running = false;
        foreach (JsonObject container in status.Items("containerStatuses").Reverse())
        {
            JsonObject? state = container.Object("state");
            if (state.Object("waiting").Text("reason") is { Length: > 0 } reason)
            {
                result = reason;
            }
            else if (state.Object("terminated") is { } terminated)
            {
                result = Ending(terminated);
            }
            else
            {
                running |= container.Flag("ready") == true && state.Has("running");
            }
        }

        bool podReady = status.Items("conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
        return result == "Completed" && running ? (podReady ? "Running" : "NotReady") : result;
    }

    private static string Ending(JsonObject terminated)
    {
        if (terminated.Text("reason") is { Length: > 0 } reason)
        {
            return reason;
        }

        return terminated.Integer("signal") is { } signal and not 0
            ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
            : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{terminated.Integer("exitCode") ?? 0}");
    }

    private static string Restarts(TableRow row)
    {
        JsonObject[] statuses = [.. row.Value.Object("status").Items("containerStatuses")];
        long restarts = statuses.Sum(status => status.Integer("restartCount") ?? 0);
        string? last = statuses
            .Select(status => status.Object("lastState").Object("terminated").Text("finishedAt"))
            .Max(StringComparer.Ordinal);
        return restarts == 0 || last is null
            ? GoFormat.Number(restarts)
            : $"{GoFormat.Number(restarts)} ({row.Since(last)} ago)";
    }

    private static string ReadinessGates(JsonObject pod)
    {
        string[] gates = [.. pod.Object("spec").Items("readinessGates").Select(gate => gate.Text("conditionType") ?? "")];
        int met = gates.Count(gate => pod.Object("status").Items("conditions")
            .Any(condition => condition.Text("type") == gate && condition.Text("status") == "True"));
        return gates.Length == 0 ? None : string.Create(CultureInfo.InvariantCulture, $"{met}/{gates.Length}");
    }
}
