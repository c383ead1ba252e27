using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Logs;

/// <summary>The container whose log is meant: this one, and not one that takes its place later.</summary>
internal sealed record LogSource(string Namespace, string Pod, string Container)
{
    /// <summary>The pod's, or null when it is not known.</summary>
    public string? PodUid { get; init; }

    /// <summary>The runtime's id, or null when it is not known.</summary>
    public string? ContainerId { get; init; }

    public static LogSource Of(PodResource pod, string container) =>
        new(pod.Metadata?.Namespace ?? "", pod.Metadata?.Name ?? "", container)
        {
            PodUid = pod.Metadata?.Uid,
            ContainerId = FindStatus(pod, container)?.ContainerId is { Length: > 0 } id ? id : null,
        };

    /// <summary>Nothing is left that could add to the log.</summary>
    public bool HasEndedIn(PodResource pod) =>
        !string.Equals(pod.Metadata?.Uid, PodUid, StringComparison.Ordinal)
        || FindStatus(pod, Container) is not { State.Running: not null } status
        || (ContainerId is not null && !string.Equals(status.ContainerId, ContainerId, StringComparison.Ordinal));

    public override string ToString() => $"{Namespace}/{Pod}/{Container}";

    private static ContainerStatus? FindStatus(PodResource pod, string container)
    {
        PodStatus? status = pod.Status;
        return new[] { status?.EphemeralContainerStatuses, status?.ContainerStatuses, status?.InitContainerStatuses }
            .SelectMany(static list => list ?? [])
            .FirstOrDefault(entry => string.Equals(entry.Name, container, StringComparison.Ordinal));
    }
}
