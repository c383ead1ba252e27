using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Workloads;

/// <summary>
/// The order in which <c>kubectl exec deployment/…</c> prefers pods: on a node, running, ready, ready for longer, restarted
/// less, older (<c>ActivePods</c> in k8s.io/kubectl <c>pkg/util/podutils</c>).
/// </summary>
internal static class PodRanking
{
    /// <summary>The pods, the most active one first; equal ones stay in their order.</summary>
    public static IEnumerable<PodResource> Order(IEnumerable<PodResource> pods) => pods
        .OrderBy(static p => string.IsNullOrEmpty(p.Spec?.NodeName))
        .ThenByDescending(static p => p.Status?.Phase switch { "Running" => 2, "Unknown" => 1, _ => 0 })
        .ThenByDescending(static p => Ready(p) is not null)
        .ThenBy(static p => Ready(p)?.LastTransitionTime ?? DateTimeOffset.MaxValue)
        .ThenBy(static p => (p.Status?.ContainerStatuses ?? []).Select(static c => c.RestartCount).DefaultIfEmpty().Max())
        .ThenBy(static p => p.Metadata?.CreationTimestamp ?? DateTimeOffset.MaxValue);

    /// <summary>Whether a container that is added now could still start.</summary>
    public static bool IsLiving(PodResource pod) =>
        pod.Status?.Phase is not ("Succeeded" or "Failed") && pod.Metadata?.DeletionTimestamp is null;

    private static PodCondition? Ready(PodResource pod) =>
        pod.Status?.Conditions?.Find(static c => c is { Type: "Ready", Status: "True" });
}
