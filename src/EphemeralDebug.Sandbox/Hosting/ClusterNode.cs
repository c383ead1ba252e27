using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Hosting;

/// <summary>The one node of the cluster.</summary>
internal static class ClusterNode
{
    public const string Name = "sandbox-node";

    public static JsonObject ToJson(DateTimeOffset now, string kubeletVersion)
    {
        string started = ApiJson.Time(now);
        JsonObject Condition(string type, string status, string reason, string message) => new()
        {
            ["type"] = type,
            ["status"] = status,
            ["lastHeartbeatTime"] = started,
            ["lastTransitionTime"] = started,
            ["reason"] = reason,
            ["message"] = message,
        };
        JsonObject Resources() => new() { ["cpu"] = "2", ["memory"] = "4Gi", ["ephemeral-storage"] = "20Gi", ["pods"] = "20000" };
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["uid"] = Guid.NewGuid().ToString(),
                ["creationTimestamp"] = started,
                ["labels"] = new JsonObject
                {
                    ["beta.kubernetes.io/arch"] = "amd64",
                    ["beta.kubernetes.io/os"] = "linux",
                    ["kubernetes.io/arch"] = "amd64",
                    ["kubernetes.io/hostname"] = Name,
                    ["kubernetes.io/os"] = "linux",
                },
            },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject
            {
                ["capacity"] = Resources(),
                ["allocatable"] = Resources(),
                ["conditions"] = new JsonArray(
                    Condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                    Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                    Condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                    Condition("Ready", "True", "KubeletReady", "kubelet is posting ready status")),
                ["addresses"] = new JsonArray(
                    new JsonObject { ["type"] = "InternalIP", ["address"] = "127.0.0.1" },
                    new JsonObject { ["type"] = "Hostname", ["address"] = Name }),
                ["nodeInfo"] = new JsonObject
                {
                    ["machineID"] = Guid.NewGuid().ToString("N"),
                    ["systemUUID"] = Guid.NewGuid().ToString(),
                    ["bootID"] = Guid.NewGuid().ToString(),
                    ["kernelVersion"] = "6.1.0-sandbox",
                    ["osImage"] = "Debian GNU/Linux 12 (bookworm)",
                    ["containerRuntimeVersion"] = "containerd://2.1.9+unknown",
                    ["kubeletVersion"] = kubeletVersion,
                    ["kubeProxyVersion"] = "",
                    ["operatingSystem"] = "linux",
                    ["architecture"] = "amd64",
                },
            },
        };
    }
}
