using System.Globalization;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Systems;

/// <summary>Tells from a pod, or from its node, which operating system its containers run on.</summary>
internal static class NodeSystems
{
    private const string OsLabel = "kubernetes.io/os";

    /// <summary>The kubelet sets it on Windows nodes, as in <c>10.0.20348</c>.</summary>
    private const string WindowsBuildLabel = "node.kubernetes.io/windows-build";

    /// <summary>What the pod itself says, or null when it says nothing.</summary>
    public static NodeSystem? OfPod(JsonObject pod)
    {
        JsonNode? spec = pod["spec"];
        JsonNode? selector = spec?["nodeSelector"];
        int? build = ReadBuild((string?)selector?[WindowsBuildLabel]);
        if (build is not null)
        {
            return NodeSystem.Windows with { WindowsBuild = build };
        }

        string? name = (string?)spec?["os"]?["name"] ?? (string?)selector?[OsLabel];
        return name is null && HasLinuxUser(pod) ? NodeSystem.Linux : FromName(name);
    }

    /// <summary>What a node says of itself, or null when it says nothing.</summary>
    public static NodeSystem? OfNode(JsonObject node)
    {
        JsonNode? labels = node["metadata"]?["labels"];
        JsonNode? info = node["status"]?["nodeInfo"];
        NodeSystem? system = FromName((string?)labels?[OsLabel] ?? (string?)info?["operatingSystem"]);
        return system is { IsWindows: true }
            ? system with { WindowsBuild = ReadBuild((string?)labels?[WindowsBuildLabel]) ?? ReadBuild((string?)info?["kernelVersion"]) }
            : system;
    }

    private static NodeSystem? FromName(string? name) => name switch
    {
        null => null,
        _ when name.Equals("windows", StringComparison.OrdinalIgnoreCase) => NodeSystem.Windows,
        _ => NodeSystem.Linux,
    };

    /// <summary>Kubelets since 1.31 report the user of each process, under the name of the operating system.</summary>
    private static bool HasLinuxUser(JsonObject pod) =>
        (pod["status"]?["containerStatuses"] as JsonArray ?? []).Any(static status => status?["user"]?["linux"] is not null);

    /// <summary>The third number of a version such as <c>10.0.20348.2031</c>.</summary>
    private static int? ReadBuild(string? version) =>
        version?.Split('.') is [_, _, { } build, ..] && int.TryParse(build, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
