using System.Globalization;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Integration.Tests;

/// <summary>A node that takes ordinary Linux pods, and how many.</summary>
internal sealed record NodeCapacity(string Name, int Pods)
{
    /// <summary>What a kubelet takes where it does not say.</summary>
    private const int Usual = 110;

    /// <summary>Reads a node; null when it takes no such pods.</summary>
    public static NodeCapacity? Read(JsonNode? node)
    {
        bool isLinux = (string?)node?["metadata"]?["labels"]?["kubernetes.io/os"] is null or "linux";
        bool isReady = (node?["status"]?["conditions"] as JsonArray ?? []).Any(
            condition => (string?)condition?["type"] is "Ready" && (string?)condition["status"] is "True");
        bool isTainted = (node?["spec"]?["taints"] as JsonArray ?? []).Any(
            taint => (string?)taint?["effect"] is "NoSchedule" or "NoExecute");
        bool isClosed = (bool?)node?["spec"]?["unschedulable"] is true;
        string? pods = (string?)node?["status"]?["allocatable"]?["pods"];
        return isLinux && isReady && !isTainted && !isClosed
            ? new NodeCapacity(
                (string)node!["metadata"]!["name"]!,
                int.TryParse(pods, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : Usual)
            : null;
    }
}
