using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>Whom the new container runs as: the target's user, or one that was named.</summary>
internal static class RunAs
{
    /// <summary>Takes over the user and group of the target, or of the pod's default container.</summary>
    /// <exception cref="PlanException">Neither the pod nor the kubelet says which they are.</exception>
    public static void ApplyTarget(JsonObject pod, string? target, JsonObject container)
    {
        if (SourceContainer.Find(pod, target) is not { } source)
        {
            return;
        }

        ContainerUser user = ContainerUser.Of(pod, source) ?? throw new PlanException(
            PlanErrorCode.TargetUserUnknown,
            nameof(ContainerOptions.RunAsTarget),
            $"The user of container \"{source["name"]}\" is not known: neither it nor its pod names one, and no running process is reported (which kubelets do since Kubernetes 1.31).",
            "Name the user with -RunAsUser.");
        Set(container, "runAsUser", user.Id);
        Set(container, "runAsGroup", user.Group);
    }

    /// <summary>
    /// Applies a user and group that were named. Whoever names root means it: where the pod forbids root by default,
    /// the container says that it may.
    /// </summary>
    public static void ApplyNamed(JsonObject pod, ContainerOptions options, JsonObject container)
    {
        Set(container, "runAsUser", options.RunAsUser);
        Set(container, "runAsGroup", options.RunAsGroup);
        if (options.RunAsUser == 0 && PodForbidsRoot(pod) && container["securityContext"]?["runAsNonRoot"] is null)
        {
            container["securityContext"]!["runAsNonRoot"] = false;
        }
    }

    /// <summary>Root in a container that must not run as root is accepted by the server and never starts.</summary>
    public static PlanProblem? FindConflict(JsonObject pod, ContainerPlan plan)
    {
        bool forbidden = (bool?)plan.Container["securityContext"]?["runAsNonRoot"] ?? PodForbidsRoot(pod);
        return forbidden && EffectiveUser(pod, plan.Container) == 0
            ? new PlanProblem(
                PlanErrorCode.RootNotAllowed,
                nameof(ContainerOptions.RunAsUser),
                $"The container for pod {plan.Namespace}/{plan.Pod} would never start: it must not run as root (runAsNonRoot), and its user is root (runAsUser 0).",
                "Name another user with -RunAsUser, or use another profile than Restricted.")
            : null;
    }

    /// <summary>The user that the container or its pod asks for, or null when that is left to the image.</summary>
    public static long? EffectiveUser(JsonObject pod, JsonObject container) =>
        (long?)container["securityContext"]?["runAsUser"] ?? (long?)pod["spec"]?["securityContext"]?["runAsUser"];

    public static bool PodForbidsRoot(JsonObject pod) => (bool?)pod["spec"]?["securityContext"]?["runAsNonRoot"] == true;

    /// <summary>
    /// Says that powers were added which the user cannot use: Linux gives added capabilities to processes of root alone.
    /// </summary>
    public static string? WarnOfUselessPowers(JsonObject pod, JsonObject container)
    {
        JsonNode? context = container["securityContext"];
        bool powers = (bool?)context?["privileged"] == true || context?["capabilities"]?["add"] is JsonArray { Count: > 0 };
        return powers && EffectiveUser(pod, container) is { } user and not 0
            ? $"The container runs as user {user}, not as root, so that what the profile adds may have no effect. With -RunAsUser 0 it runs as root."
            : null;
    }

    private static void Set(JsonObject container, string field, long? value)
    {
        if (value is { } id)
        {
            JsonNode context = container["securityContext"] ??= new JsonObject();
            context[field] = id;
        }
    }
}
