using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Profiles;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>
/// What each profile does to a whole pod that debugs. The rules are kubectl's; tests/Conformance/kubectl-debug.json
/// holds recordings of them.
/// </summary>
internal static class PodProfile
{
    private const string RootVolume = "host-root";

    private static readonly (KeptParts Part, string Field)[] s_probes =
    [
        (KeptParts.LivenessProbes, "livenessProbe"),
        (KeptParts.ReadinessProbes, "readinessProbe"),
        (KeptParts.StartupProbes, "startupProbe"),
    ];

    /// <summary>Applies a profile to a copy and to the container in it that was added or changed.</summary>
    public static void ApplyToCopy(DebugProfile profile, JsonObject pod, JsonObject container, KeptParts keep)
    {
        if (profile is DebugProfile.Legacy)
        {
            // Older than the keep flags: it knows but one answer to each.
            RemoveMetadata(pod, "labels");
            return;
        }

        SecurityProfile.Apply(profile, container);
        RemoveParts(pod, keep);
        JsonObject spec = PodParts.Spec(pod);
        spec["shareProcessNamespace"] ??= true;
    }

    /// <summary>Applies a profile to a pod for a node and to its one container.</summary>
    public static void ApplyToNodePod(DebugProfile profile, JsonObject pod, JsonObject container)
    {
        // The host's namespaces already show what SYS_PTRACE is for.
        SecurityProfile.Apply(profile is DebugProfile.General ? DebugProfile.Baseline : profile, container);
        if (profile is DebugProfile.Legacy or DebugProfile.General or DebugProfile.SysAdmin)
        {
            MountRoot(pod, container);
        }

        if (profile is DebugProfile.Legacy or DebugProfile.General or DebugProfile.SysAdmin or DebugProfile.NetAdmin)
        {
            JsonObject spec = PodParts.Spec(pod);
            spec["hostNetwork"] = true;
            spec["hostPID"] = true;
            spec["hostIPC"] = true;
        }
    }

    private static void RemoveParts(JsonObject pod, KeptParts keep)
    {
        if (!keep.HasFlag(KeptParts.Labels))
        {
            RemoveMetadata(pod, "labels");
        }

        if (!keep.HasFlag(KeptParts.Annotations))
        {
            RemoveMetadata(pod, "annotations");
        }

        if (!keep.HasFlag(KeptParts.InitContainers))
        {
            PodParts.Spec(pod).Remove(PodParts.InitContainerList);
        }

        foreach ((KeptParts part, string field) in s_probes)
        {
            if (!keep.HasFlag(part))
            {
                RemoveFromContainers(pod, field);
            }
        }
    }

    private static void RemoveFromContainers(JsonObject pod, string field)
    {
        foreach (JsonObject container in PodParts.Containers(pod))
        {
            container.Remove(field);
        }
    }

    private static void RemoveMetadata(JsonObject pod, string field) => pod["metadata"]!.AsObject().Remove(field);

    private static void MountRoot(JsonObject pod, JsonObject container)
    {
        PodParts.Append(PodParts.Spec(pod), "volumes", new JsonObject
        {
            ["name"] = RootVolume,
            ["hostPath"] = new JsonObject { ["path"] = "/" },
        });
        PodParts.Append(container, "volumeMounts", new JsonObject { ["name"] = RootVolume, ["mountPath"] = "/host" });
    }
}
