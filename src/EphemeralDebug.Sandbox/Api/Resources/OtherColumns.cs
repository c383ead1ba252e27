using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Resources;

/// <summary>The tables of namespaces, nodes and events.</summary>
internal static class OtherColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static IReadOnlyList<TableColumn> Namespaces { get; } =
    [
        TableColumn.ObjectName,
        new("Status", "The status of the namespace", row => row.Value.Object("status").Text("phase") ?? ""),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Nodes { get; } =
    [
        TableColumn.ObjectName,
        new("Status", "The status of the node", row => NodeStatus(row.Value)),
        new("Roles", "The roles of the node", row => NodeRoles(row.Value)),
        TableColumn.Age,
        new("Version", "Kubelet version reported by the node.", row => NodeInfo(row.Value, "kubeletVersion")),
        new("Internal-IP", "Address that is reachable inside the cluster.", row => NodeAddress(row.Value, "InternalIP")) { Priority = 1 },
        new("External-IP", "Address that is reachable from outside the cluster.", row => NodeAddress(row.Value, "ExternalIP")) { Priority = 1 },
        new("OS-Image", "Operating system reported by the node.", row => NodeInfo(row.Value, "osImage")) { Priority = 1 },
        new("Kernel-Version", "Kernel version reported by the node.", row => NodeInfo(row.Value, "kernelVersion")) { Priority = 1 },
        new("Container-Runtime", "Container runtime reported by the node.", row => NodeInfo(row.Value, "containerRuntimeVersion")) { Priority = 1 },
    ];

    public static IReadOnlyList<TableColumn> Events { get; } =
    [
        new("Last Seen", "Time this event was last seen", row => row.Since(row.Value.Text("lastTimestamp"))),
        new("Type", "Type of this event", row => row.Value.Text("type") ?? ""),
        new("Reason", "Why this event was made", row => row.Value.Text("reason") ?? ""),
        new("Object", "The object this event is about", row => InvolvedObject(row.Value)),
        new("Subobject", "The part of the object this event is about", row => row.Value.Object("involvedObject").Text("fieldPath") ?? "") { Priority = 1 },
        new("Source", "The component that reports this event", row => EventSource(row.Value)) { Priority = 1 },
        new("Message", "What this event says", row => (row.Value.Text("message") ?? "").Trim()),
        new("First Seen", "Time this event was first seen", row => row.Since(row.Value.Text("firstTimestamp"))) { Priority = 1 },
        new("Count", "How often this event was seen", row => row.Value.Integer("count") ?? 1) { Priority = 1 },
        TableColumn.ObjectName with { Priority = 1 },
    ];

    private static string NodeStatus(JsonObject node)
    {
        bool ready = node.Object("status").Items("conditions")
            .Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
        string status = ready ? "Ready" : "NotReady";
        return node.Object("spec").Flag("unschedulable") == true ? $"{status},SchedulingDisabled" : status;
    }

    private static string NodeRoles(JsonObject node)
    {
        string[] roles = [.. (node.Object("metadata").Object("labels") ?? [])
            .Select(label => label.Key)
            .Where(key => key.StartsWith(RolePrefix, StringComparison.Ordinal))
            .Select(key => key[RolePrefix.Length..])
            .Order(StringComparer.Ordinal)];
        return roles.Length == 0 ? "<none>" : string.Join(',', roles);
    }

    private static string NodeInfo(JsonObject node, string field) =>
        node.Object("status").Object("nodeInfo").Text(field) is { Length: > 0 } value ? value : "<unknown>";

    private static string NodeAddress(JsonObject node, string type) => node.Object("status").Items("addresses")
        .Where(address => address.Text("type") == type)
        .Select(address => address.Text("address"))
        .FirstOrDefault() ?? "<none>";

    private static string InvolvedObject(JsonObject value)
    {
        JsonObject? about = value.Object("involvedObject");
        return $"{(about.Text("kind") ?? "").ToLowerInvariant()}/{about.Text("name")}";
    }

    private static string EventSource(JsonObject value)
    {
        JsonObject? source = value.Object("source");
        return source.Text("host") is { Length: > 0 } host ? $"{source.Text("component")}, {host}" : source.Text("component") ?? "";
    }
}
