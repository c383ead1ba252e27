using EphemeralDebug.Api;

namespace EphemeralDebug.FeatureGates;

/// <summary>
/// In which versions components know the gate EphemeralContainers (pkg/features/kube_features.go of Kubernetes): alpha in
/// 1.16, beta and on by default in 1.23, stable and locked in 1.25, gone in 1.27. A component that is given a gate which it
/// doesn't know, or another value for a locked one, does not start.
/// </summary>
internal static class GateHistory
{
    public const string EphemeralContainers = "EphemeralContainers";

    public static readonly KubernetesVersion Alpha = new(1, 16);
    public static readonly KubernetesVersion OnByDefault = new(1, 23);
    public static readonly KubernetesVersion Locked = new(1, 25);
    public static readonly KubernetesVersion Removed = new(1, 27);

    /// <summary>Why a component of this version would not start with the gate set so; null when it would, or nobody knows.</summary>
    public static string? WhyNotStarting(string gate, bool value, KubernetesVersion? version)
    {
        if (gate != EphemeralContainers || version is not { } known)
        {
            return null;
        }

        return known switch
        {
            _ when known < Alpha => $"it is of version {known}, which doesn't know the gate: ephemeral containers came with {Alpha}",
            _ when known >= Removed => $"it is of version {known}, which doesn't know the gate any more: ephemeral containers are on since {OnByDefault}, and the gate was removed in {Removed}",
            _ when known >= Locked && !value => $"it is of version {known}, where the gate is locked: ephemeral containers are stable since {Locked} and can't be turned off",
            _ => null,
        };
    }

    /// <summary>What somebody should know who sets the gate so; null when there is nothing.</summary>
    public static string? Advise(string gate, bool value, KubernetesVersion? version) =>
        gate == EphemeralContainers && value && version is { } known && known >= OnByDefault
            ? $"Its component is of version {known}, where ephemeral containers are on by default; take the gate out before an upgrade to {Removed}, which would not start with it."
            : null;
}
