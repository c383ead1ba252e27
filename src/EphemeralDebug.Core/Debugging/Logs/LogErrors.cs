using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Logs;

/// <summary>Why there is no log.</summary>
internal static class LogErrors
{
    /// <summary>The kubelet's words for a container that has no log yet, as an error of its own; other errors as they are.</summary>
    public static EphemeralDebugException Explain(EphemeralDebugException exception)
    {
        bool isWaiting = exception is KubernetesStatusException { StatusCode: HttpStatusCode.BadRequest }
            && (exception.Message.Contains("is waiting to start", StringComparison.Ordinal)
                || exception.Message.EndsWith("is not available", StringComparison.Ordinal));
        return isWaiting
            ? new EphemeralDebugException(
                "ContainerNotStarted",
                FailureKind.InvalidOperation,
                $"There is no log yet: {exception.Message}.",
                "-Follow waits until an ephemeral container has started; Get-EphemeralContainer tells what keeps it from starting.",
                exception)
            : exception;
    }

    public static EphemeralDebugException NoNode(PodResource pod) => new(
        "PodNotScheduled",
        FailureKind.InvalidOperation,
        $"Pod '{pod.Metadata?.Namespace}/{pod.Metadata?.Name}' has no node yet, so that none of its containers has a log.",
        "Look at the pod's events for what keeps it from being scheduled.");

    public static EphemeralDebugException NoSuchContainer(PodResource pod, string name)
    {
        IEnumerable<string> names = Names(pod.Spec?.EphemeralContainers)
            .Concat(Names(pod.Spec?.Containers))
            .Concat(Names(pod.Spec?.InitContainers));
        return new EphemeralDebugException(
            "ContainerNotFound",
            FailureKind.NotFound,
            $"Pod '{pod.Metadata?.Namespace}/{pod.Metadata?.Name}' has no container '{name}'; it has {string.Join(", ", names)}.",
            "Name one of these with -Name.");
    }

    private static IEnumerable<string> Names(List<ContainerSpec>? containers) => (containers ?? []).Select(container => container.Name ?? "");
}
