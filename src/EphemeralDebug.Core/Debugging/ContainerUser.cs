using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>The user and group, by number, that a container's process runs as.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Group">The group's id, or null when it is not known.</param>
internal sealed record ContainerUser(long Id, long? Group)
{
    private static readonly string[] s_statusLists = ["containerStatuses", "initContainerStatuses"];

    public bool IsRoot => Id == 0;

    /// <summary>
    /// The user that the container or its pod asks for; else the one that the kubelet reports of the running process
    /// (<c>user.linux</c>, since 1.31). Null when nothing says.
    /// </summary>
    public static ContainerUser? Of(JsonObject pod, JsonObject container)
    {
        JsonNode? reported = ReportedOf(pod, (string?)container["name"]);
        long? id = Setting(pod, container, "runAsUser") ?? (long?)reported?["uid"];
        return id is { } known ? new ContainerUser(known, Setting(pod, container, "runAsGroup") ?? (long?)reported?["gid"]) : null;
    }

    /// <summary>A number in the container's security context, or else in the pod's.</summary>
    private static long? Setting(JsonObject pod, JsonObject container, string name) =>
        (long?)container["securityContext"]?[name] ?? (long?)pod["spec"]?["securityContext"]?[name];

    private static JsonNode? ReportedOf(JsonObject pod, string? container) => s_statusLists
        .SelectMany(list => pod["status"]?[list] as JsonArray ?? [])
        .FirstOrDefault(status => (string?)status?["name"] == container)?["user"]?["linux"];
}
