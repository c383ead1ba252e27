using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Workloads;

/// <summary>Finds the pods of a workload by its label selector, as kubectl does it.</summary>
internal sealed class WorkloadPods(ClusterSession session)
{
    /// <summary>The names of the pods that are meant; never empty.</summary>
    /// <exception cref="EphemeralDebugException">There is no such workload, it has no selector, or no such pods.</exception>
    public async Task<IReadOnlyList<string>> FindAsync(
        string podNamespace, WorkloadReference workload, PodScope scope, CancellationToken cancellationToken)
    {
        string selector = workload.Selector ?? await ReadSelectorAsync(podNamespace, workload, cancellationToken);
        List<PodResource> all = [];
        await foreach (PodResource pod in session.Pods.ListAsync(podNamespace, selector, cancellationToken))
        {
            all.Add(pod);
        }

        IEnumerable<PodResource> meant = scope is PodScope.All ? all : all.Where(PodRanking.IsLiving);
        if (scope is PodScope.One)
        {
            meant = PodRanking.Order(meant).Take(1);
        }

        string[] names = [.. meant.Select(static p => p.Metadata?.Name ?? "")];
        return names.Length > 0 ? names : throw NoPods(workload.Describe(podNamespace), selector, all.Count);
    }

    private async Task<string> ReadSelectorAsync(
        string podNamespace, WorkloadReference workload, CancellationToken cancellationToken)
    {
        WorkloadKind kind = workload.Kind!;
        JsonObject found = await session.Client.GetObjectAsync(
            ApiPath.Object(kind.Group, WorkloadKind.Version, podNamespace, kind.Resource, workload.Name),
            new ApiAction("get", kind.QualifiedResource, podNamespace, workload.Name),
            cancellationToken);
        return LabelSelector.Of(kind, found) ?? throw new EphemeralDebugException(
            "WorkloadHasNoSelector",
            FailureKind.InvalidArgument,
            $"{workload.Describe(podNamespace)} has no label selector, so nothing says which pods are its.",
            "Name its pods, or give their labels with -Selector.");
    }

    private static EphemeralDebugException NoPods(string workload, string selector, int ended) => new(
        "NoPods",
        FailureKind.NotFound,
        ControlCharacters.MakeVisible(ended == 0
            ? $"{workload} has no pods (labels {selector})."
            : $"{workload} has no pod that could still be debugged: all of its {ended} have ended or are being deleted (labels {selector})."),
        "Scale it up, or choose another workload; -Namespace names another namespace.");
}
