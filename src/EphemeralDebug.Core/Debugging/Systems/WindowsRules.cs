using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Systems;

/// <summary>
/// What a container on Windows cannot have. The API server refuses the settings of pods that name their system
/// (<c>validateWindows</c> in pkg/apis/core/validation of Kubernetes); for the others, and for targets, the kubelet
/// drops it in silence.
/// </summary>
internal static class WindowsRules
{
    private static readonly string[] s_linuxSettings =
    [
        "allowPrivilegeEscalation", "appArmorProfile", "capabilities", "privileged", "procMount", "readOnlyRootFilesystem",
        "runAsGroup", "runAsUser", "seLinuxOptions", "seccompProfile",
    ];

    public static IEnumerable<PlanProblem> FindProblems(ContainerPlan plan)
    {
        if (plan.Target is { } target)
        {
            yield return new PlanProblem(
                PlanErrorCode.NotOnWindows,
                nameof(ContainerOptions.Target),
                $"Container \"{target}\" of pod {plan.Namespace}/{plan.Pod} cannot be targeted: on Windows no container sees the processes of another.",
                "Leave out the target, and run a command in the container itself to see its processes.");
        }

        var context = plan.Container["securityContext"] as JsonObject ?? [];
        string[] settings = [.. s_linuxSettings.Where(context.ContainsKey)];
        if (settings.Length > 0)
        {
            yield return new PlanProblem(
                PlanErrorCode.NotOnWindows,
                nameof(ContainerOptions.Profile),
                $"Pod {plan.Namespace}/{plan.Pod} runs on Windows, where a container cannot have {string.Join(", ", settings)}.",
                "Use no profile or Baseline, no user or group by number, and windowsOptions in place of other security settings.");
        }
    }
}
