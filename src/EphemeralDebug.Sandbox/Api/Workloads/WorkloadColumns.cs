using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Workloads;

/// <summary>The tables of workloads and services.</summary>
internal static class WorkloadColumns
{
    private const string None = "<none>";

    private static readonly TableColumn[] Template =
    [
        new("Containers", "Names of each container in the template.", row => OfContainers(row.Value, "name")) { Priority = 1 },
        new("Images", "Images referenced by each container in the template.", row => OfContainers(row.Value, "image")) { Priority = 1 },
        new("Selector", "The pods that belong to it.", row => LabelSelector.ToText(row.Value.Object("spec").Object("selector"))) { Priority = 1 },
    ];

    public static IReadOnlyList<TableColumn> Deployments { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", "Number of the pod with ready state", row => $"{Status(row, "readyReplicas")}/{Wanted(row)}"),
        new("Up-to-date", "Pods with the desired template", row => Status(row, "updatedReplicas")),
        new("Available", "Pods that can be used", row => Status(row, "availableReplicas")),
        TableColumn.Age,
        .. Template,
    ];

    public static IReadOnlyList<TableColumn> ReplicaSets { get; } =
    [
        TableColumn.ObjectName,
        new("Desired", "Pods that are to be there", row => Wanted(row)),
        new("Current", "Pods that are there", row => Status(row, "replicas")),
        new("Ready", "Pods that are ready", row => Status(row, "readyReplicas")),
        TableColumn.Age,
        .. Template,
    ];

    public static IReadOnlyList<TableColumn> StatefulSets { get; } =
    [
        TableColumn.ObjectName,
        new("Ready", "Number of the pod with ready state", row => $"{Status(row, "readyReplicas")}/{Wanted(row)}"),
        TableColumn.Age,
        .. Template[..2],
    ];

    public static IReadOnlyList<TableColumn> DaemonSets { get; } =
    [
        TableColumn.ObjectName,
        new("Desired", "Nodes that are to have a pod", row => Status(row, "desiredNumberScheduled")),
        new("Current", "Nodes that have a pod", row => Status(row, "currentNumberScheduled")),
        new("Ready", "Nodes whose pod is ready", row => Status(row, "numberReady")),
        new("Up-to-date", "Nodes whose pod has the desired template", row => Status(row, "updatedNumberScheduled")),
        new("Available", "Nodes whose pod can be used", row => Status(row, "numberAvailable")),
        new("Node Selector", "Labels of the nodes", row => NodeSelector(row.Value)),
        TableColumn.Age,
        .. Template,
    ];

    public static IReadOnlyList<TableColumn> Jobs { get; } =
    [
        TableColumn.ObjectName,
        new("Status", "Status of the job.", row => JobStatus(row.Value)),
        new("Completions", "Pods that have succeeded, and how many have to", row => $"{Status(row, "succeeded")}/{row.Value.Object("spec").Integer("completions") ?? 1}"),
        new("Duration", "Time required to complete the job.", JobDuration),
        TableColumn.Age,
        .. Template,
    ];

    public static IReadOnlyList<TableColumn> CronJobs { get; } =
    [
        TableColumn.ObjectName,
        new("Schedule", "When jobs are made", row => row.Value.Object("spec").Text("schedule") ?? ""),
        new("Timezone", "The time zone of the schedule", row => row.Value.Object("spec").Text("timeZone") ?? None),
        new("Suspend", "Whether no jobs are made", row => row.Value.Object("spec").Flag("suspend") == true ? "True" : "False"),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Services { get; } =
    [
        TableColumn.ObjectName,
        new("Type", "How the service is exposed", row => row.Value.Object("spec").Text("type") ?? ""),
        new("Cluster-IP", "The address in the cluster", row => row.Value.Object("spec").Text("clusterIP") ?? None),
        new("External-IP", "The address outside the cluster", row => row.Value.Object("spec").Text("externalName") is { Length: > 0 } name ? name : None),
        new("Port(s)", "The ports", row => Ports(row.Value)),
        TableColumn.Age,
        new("Selector", "The pods behind it", row => Labels(row.Value.Object("spec").Object("selector"))) { Priority = 1 },
    ];

    private static string Status(TableRow row, string field) =>
        (row.Value.Object("status").Integer(field) ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Wanted(TableRow row) => (row.Value.Object("spec").Integer("replicas") ?? 1).ToString(CultureInfo.InvariantCulture);

    private static string OfContainers(JsonObject workload, string field) =>
        string.Join(',', workload.Object("spec").Object("template").Object("spec").Items("containers").Select(container => container.Text(field)));

    private static string NodeSelector(JsonObject daemonSet) =>
        Labels(daemonSet.Object("spec").Object("template").Object("spec").Object("nodeSelector"));

    private static string Labels(JsonObject? labels) =>
        labels is { Count: > 0 } ? string.Join(',', labels.Select(label => $"{label.Key}={label.Value.AsText()}")) : None;

    private static string JobStatus(JsonObject job)
    {
        bool Has(string type) => job.Object("status").Items("conditions").Any(condition => condition.Text("type") == type && condition.Text("status") == "True");
        return Has("Complete") ? "Complete" : Has("Failed") ? "Failed" : job.Object("spec").Flag("suspend") == true ? "Suspended" : "Running";
    }

    private static JsonNode JobDuration(TableRow row)
    {
        JsonObject? status = row.Value.Object("status");
        if (status.Text("startTime") is not { } started)
        {
            return "";
        }

        return status.Text("completionTime") is { } completed
            ? TableRow.Duration(DateTimeOffset.Parse(completed, CultureInfo.InvariantCulture) - DateTimeOffset.Parse(started, CultureInfo.InvariantCulture))
            : row.Since(started);
    }

    private static string Ports(JsonObject service)
    {
        string[] ports = [.. service.Object("spec").Items("ports").Select(port => $"{port.Integer("port")}/{port.Text("protocol")}")];
        return ports.Length == 0 ? None : string.Join(',', ports);
    }
}
