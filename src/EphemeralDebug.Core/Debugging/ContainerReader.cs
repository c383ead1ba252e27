using System.Globalization;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>Reads the ephemeral containers of a pod: what was asked for, joined with what the kubelet reports.</summary>
internal static class ContainerReader
{
    public static IEnumerable<EphemeralContainer> Read(PodResource pod, ClusterSession? session)
    {
        foreach (ContainerSpec spec in pod.Spec?.EphemeralContainers ?? [])
        {
            yield return Read(pod, spec, session);
        }
    }

    public static EphemeralContainer? Find(PodResource pod, string name, ClusterSession? session)
    {
        ContainerSpec? spec = pod.Spec?.EphemeralContainers?.Find(c => string.Equals(c.Name, name, StringComparison.Ordinal));
        return spec is null ? null : Read(pod, spec, session);
    }

    /// <summary>A container of whatever sort: names are unique in a pod. What is waited for and entered may be in a debug pod.</summary>
    public static EphemeralContainer? FindAny(PodResource pod, string name, ClusterSession? session)
    {
        ContainerSpec? spec = (pod.Spec?.Containers ?? []).Concat(pod.Spec?.InitContainers ?? [])
            .FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.Ordinal));
        return spec is null ? Find(pod, name, session) : ReadRegular(pod, spec, session);
    }

    private static EphemeralContainer ReadRegular(PodResource pod, ContainerSpec spec, ClusterSession? session)
    {
        IEnumerable<ContainerStatus> statuses =
            (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []);
        return Read(pod, spec, statuses, session, isEphemeral: false);
    }

    private static EphemeralContainer Read(PodResource pod, ContainerSpec spec, ClusterSession? session) =>
        Read(pod, spec, pod.Status?.EphemeralContainerStatuses ?? [], session, isEphemeral: true);

    private static EphemeralContainer Read(
        PodResource pod, ContainerSpec spec, IEnumerable<ContainerStatus> statuses, ClusterSession? session, bool isEphemeral)
    {
        ContainerStatus? status = statuses.FirstOrDefault(s => string.Equals(s.Name, spec.Name, StringComparison.Ordinal));
        PodCondition? unscheduled = FindUnscheduled(pod);
        ContainerStateUnion? state = status?.State;
        return new EphemeralContainer(pod.Metadata?.Namespace ?? "", pod.Metadata?.Name ?? "", spec.Name ?? "")
        {
            State = ToState(state),
            Reason = state?.Waiting?.Reason ?? state?.Terminated?.Reason ?? unscheduled?.Reason,
            Message = Visible(state?.Waiting?.Message ?? state?.Terminated?.Message ?? unscheduled?.Message),
            StartedAt = Time(state?.Running?.StartedAt ?? state?.Terminated?.StartedAt),
            FinishedAt = Time(state?.Terminated?.FinishedAt),
            ExitCode = state?.Terminated?.ExitCode,
            Signal = state?.Terminated?.Signal,
            LastState = Describe(status?.LastState?.Terminated),
            ImageId = NullIfEmpty(status?.ImageId),
            ContainerId = NullIfEmpty(status?.ContainerId),
            Image = spec.Image,
            Target = NullIfEmpty(spec.TargetContainerName),
            Command = spec.Command ?? [],
            Arguments = spec.Args ?? [],
            Environment = ReadEnvironment(spec),
            Mounts = ReadMounts(spec),
            WorkingDirectory = NullIfEmpty(spec.WorkingDir),
            PullPolicy = spec.ImagePullPolicy,
            Stdin = spec.Stdin,
            Tty = spec.Tty,
            SecurityContext = spec.SecurityContext?.GetRawText(),
            Node = NullIfEmpty(pod.Spec?.NodeName),
            PodUid = pod.Metadata?.Uid,
            Marker = spec.Env?.FindLast(e => e.Name is WaitingCommand.MarkerVariable)?.Value,
            IsOnWindows = IsOnWindows(pod, spec),
            Session = session,
            IsEphemeral = isEphemeral,
        };
    }

    private static bool IsOnWindows(PodResource pod, ContainerSpec spec) =>
        pod.Spec?.Os?.Name is "windows"
        || pod.Spec?.NodeSelector?.GetValueOrDefault("kubernetes.io/os") is "windows"
        || WaitingCommand.IsOnWindows(spec.Command ?? []);

    /// <summary>Why the pod has no node, or null.</summary>
    private static PodCondition? FindUnscheduled(PodResource pod) => pod.Status?.Conditions?.Find(
        static condition => condition is { Type: "PodScheduled", Status: "False" });

    private static ContainerState ToState(ContainerStateUnion? state) => state switch
    {
        { Terminated: not null } => ContainerState.Terminated,
        { Running: not null } => ContainerState.Running,
        { Waiting: not null } => ContainerState.Waiting,
        _ => ContainerState.Pending,
    };

    private static string? Describe(TerminatedState? last) => last is null
        ? null
        : Visible(string.Create(CultureInfo.InvariantCulture, $"{last.Reason} (exit code {last.ExitCode}): {last.Message}"));

    private static string[] ReadEnvironment(ContainerSpec spec) =>
        spec.Env is null ? [] : [.. spec.Env.Select(e => e.ValueFrom is null ? $"{e.Name}={e.Value}" : e.Name ?? "")];

    private static string[] ReadMounts(ContainerSpec spec) => spec.VolumeMounts is null
        ? []
        : [.. spec.VolumeMounts.Select(m => $"{m.MountPath} from {m.Name} ({(m.ReadOnly ? "ro" : "rw")})")];

    // A container that never ran is reported with the time 0001-01-01 or 1970-01-01 by some runtimes.
    private static DateTimeOffset? Time(DateTimeOffset? time) => time is { Year: > 1970 } ? time : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? Visible(string? text) => string.IsNullOrEmpty(text) ? null : ControlCharacters.MakeVisible(text);
}
