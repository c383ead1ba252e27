using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>Which container of a pod a user means to enter who may not have named one.</summary>
internal static class ShellChoice
{
    /// <summary>The named container of a debug pod: it may be a regular one.</summary>
    /// <exception cref="EphemeralDebugException">There is none of that name.</exception>
    public static EphemeralContainer ChooseOfDebugPod(PodResource pod, string name, ClusterSession? session) =>
        ContainerReader.FindAny(pod, name, session) ?? throw new EphemeralDebugException(
            "ContainerNotFound",
            FailureKind.NotFound,
            $"Debug pod '{pod.Metadata?.Namespace}/{pod.Metadata?.Name}' has no container '{name}'; it has {string.Join(", ", (pod.Spec?.Containers ?? []).Select(c => c.Name))}.",
            "Name one of these with -Name.");

    /// <summary>The named container, or the only one that it can be.</summary>
    /// <exception cref="EphemeralDebugException">There is none, or more than one could be meant.</exception>
    public static EphemeralContainer Choose(PodResource pod, string? name, ClusterSession? session)
    {
        if (name is not null)
        {
            return ContainerReader.Find(pod, name, session) ?? throw WaitErrors.NoSuchContainer(pod, name);
        }

        EphemeralContainer[] alive = [.. ContainerReader.Read(pod, session).Where(c => c.State is not ContainerState.Terminated)];
        EphemeralContainer[] running = [.. alive.Where(c => c.State is ContainerState.Running)];
        return (running, alive) switch
        {
            ([EphemeralContainer only], _) => only,
            ([], [EphemeralContainer only]) => only,
            ([], []) => throw new EphemeralDebugException(
                "NoLiveContainer",
                FailureKind.NotFound,
                $"Pod '{pod.Metadata?.Namespace}/{pod.Metadata?.Name}' has no ephemeral container that runs.",
                "Add one with New-EphemeralContainer -Enter."),
            _ => throw new EphemeralDebugException(
                "AmbiguousContainer",
                FailureKind.InvalidArgument,
                $"Pod '{pod.Metadata?.Namespace}/{pod.Metadata?.Name}' has several ephemeral containers that run: {string.Join(", ", alive.Select(c => c.Name))}.",
                "Name one with -Name."),
        };
    }
}
