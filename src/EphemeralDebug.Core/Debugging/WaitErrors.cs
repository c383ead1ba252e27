using System.Globalization;
using EphemeralDebug.Api.Watch;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>The ends of a wait that are not what was waited for.</summary>
internal static class WaitErrors
{
    public static EphemeralDebugException NoSuchContainer(PodResource pod, string name)
    {
        string[] names = [.. (pod.Spec?.EphemeralContainers ?? []).Select(c => c.Name ?? "")];
        string there = names.Length == 0 ? "it has none" : $"it has {string.Join(", ", names)}";
        return new EphemeralDebugException(
            "ContainerNotFound",
            FailureKind.NotFound,
            $"Pod '{PodName(pod)}' has no ephemeral container '{name}'; {there}.",
            "Get-EphemeralContainer lists them; New-EphemeralContainer adds one.");
    }

    /// <summary>Reports a container that no amount of waiting will start.</summary>
    public static void ThrowIfNeverStarting(PodResource pod, EphemeralContainer container)
    {
        if (container.State is ContainerState.Running)
        {
            return;
        }

        if (StartOutlooks.Judge(container) is StartOutlook.Hopeless)
        {
            throw NotStarting(container);
        }

        if (pod.Status?.Phase is "Succeeded" or "Failed")
        {
            throw new EphemeralDebugException(
                "PodFinished",
                FailureKind.InvalidOperation,
                $"Container '{container}' will not start: the pod has ended (phase {pod.Status.Phase}).",
                "Debug a pod that runs, or a copy of this one.");
        }

        if (pod.Metadata?.DeletionTimestamp is not null)
        {
            throw new EphemeralDebugException(
                "PodTerminating",
                FailureKind.InvalidOperation,
                $"Container '{container}' will not start: the pod is being deleted.",
                "Debug the pod that takes its place.");
        }
    }

    public static void ThrowIfGone(PodChange change, PodResource known)
    {
        string? uid = change.Pod.Metadata?.Uid;
        bool replaced = uid is not null && known.Metadata?.Uid is { } before && !string.Equals(uid, before, StringComparison.Ordinal);
        if (change.Deleted || replaced)
        {
            throw new EphemeralDebugException(
                "PodDeleted",
                FailureKind.NotFound,
                $"Pod '{PodName(known)}' was deleted{(replaced ? " and another took its name" : "")} while its container was being waited for.",
                "Debug the pod that takes its place.");
        }
    }

    public static EphemeralDebugException NotStarting(EphemeralContainer container) => new(
        "ContainerNotStarting",
        FailureKind.InvalidOperation,
        $"Container '{container}' (image '{container.Image}') does not start: {Story(container)}",
        StartOutlooks.Advise(container));

    public static EphemeralDebugException TimedOut(EphemeralContainer container, WaitOptions options) => new(
        "WaitTimedOut",
        FailureKind.Timeout,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Container '{container}' was not {options.Until} within {options.Timeout.TotalSeconds:0.#} s; it is {Story(container)}"),
        container.IsEphemeral
            ? "Wait longer with -TimeoutSec. Wait-EphemeralContainer takes up the wait again; the container stays in the pod."
            : "Wait longer with -TimeoutSec.");

    private static string Story(EphemeralContainer container)
    {
        string state = container.Reason ?? (container.State is ContainerState.Pending
            ? "Pending: the kubelet has not reported it yet, the pod may have no node or be busy pulling another image"
            : container.State.ToString());
        string message = container.LastState ?? container.Message ?? "";
        return message.Length == 0 ? $"{state}." : $"{state}: {message}";
    }

    private static string PodName(PodResource pod) => $"{pod.Metadata?.Namespace}/{pod.Metadata?.Name}";
}
