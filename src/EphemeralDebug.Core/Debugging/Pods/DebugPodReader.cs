using System.Runtime.CompilerServices;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>Finds debug pods and makes the records that users see of them.</summary>
internal sealed class DebugPodReader(ClusterSession session)
{
    private const string DefaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

    /// <summary>The debug pods of a namespace, or of the cluster when it is null.</summary>
    public async IAsyncEnumerable<DebugPod> ListAsync(
        string? podNamespace, string? labelSelector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TracedPodResource pod in session.TracedPods.ListAsync(podNamespace, labelSelector, cancellationToken))
        {
            if (DebugPodOrigin.Find(pod) is { } evidence)
            {
                yield return Read(pod, evidence, plan: null);
            }
        }
    }

    /// <summary>One debug pod.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, or it is not certainly a debug pod.</exception>
    public Task<DebugPod> GetAsync(string podNamespace, string name, CancellationToken cancellationToken) =>
        GetAsync(podNamespace, name, uid: null, cancellationToken);

    /// <summary>One debug pod; where a unique id is given, that one and no later one of the same name.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, or it is not certainly a debug pod.</exception>
    public async Task<DebugPod> GetAsync(string podNamespace, string name, string? uid, CancellationToken cancellationToken)
    {
        TracedPodResource pod = await session.TracedPods.GetAsync(podNamespace, name, cancellationToken);
        if (uid is not null && !string.Equals(pod.Metadata?.Uid, uid, StringComparison.Ordinal))
        {
            throw new EphemeralDebugException(
                "PodDeleted",
                FailureKind.NotFound,
                $"Debug pod '{podNamespace}/{name}' is gone, and another pod has taken its name.",
                "Get-EphemeralDebugPod lists the debug pods that are there.");
        }

        return DebugPodOrigin.Find(pod) is { } evidence
            ? Read(pod, evidence, plan: null)
            : throw new EphemeralDebugException(
                "NotADebugPod",
                FailureKind.InvalidArgument,
                $"Pod '{podNamespace}/{name}' is not known to be a debug pod: {DebugPodOrigin.DescribeOther(pod)}.",
                "Only pods that New-EphemeralDebugPod or kubectl debug made are touched; for others there is kubectl delete pod.");
    }

    /// <summary>The record of a pod that was made as planned; the plan knows what a pod does not tell of itself.</summary>
    public DebugPod Read(TracedPodResource pod, PodPlan plan) =>
        Read(pod, DebugPodOrigin.Find(pod) ?? new DebugPodEvidence(plan.Kind, "EphemeralDebug", "this session created it"), plan);

    private DebugPod Read(TracedPodResource pod, DebugPodEvidence evidence, PodPlan? plan)
    {
        DebugPodKind kind = plan?.Kind ?? evidence.Kind;
        ContainerSpec? container = FindContainer(pod, kind, plan);
        PodCondition? unscheduled = pod.Status?.Conditions?.Find(
            static condition => condition is { Type: "PodScheduled", Status: "False" });
        return new DebugPod(pod.Metadata?.Namespace ?? "", pod.Metadata?.Name ?? "")
        {
            Kind = kind,
            SourcePod = plan?.SourcePod,
            Node = string.IsNullOrEmpty(pod.Spec?.NodeName) ? null : pod.Spec.NodeName,
            Container = container?.Name,
            DefaultContainer = ChooseDefault(pod, container?.Name),
            Image = container?.Image,
            Phase = pod.Metadata?.DeletionTimestamp is null ? pod.Status?.Phase ?? "" : "Terminating",
            Reason = pod.Status?.Reason ?? unscheduled?.Reason,
            Message = (pod.Status?.Message ?? unscheduled?.Message) is { } message ? ControlCharacters.MakeVisible(message) : null,
            CreatedAt = pod.Metadata?.CreationTimestamp,
            CreatedBy = evidence.Creator,
            Evidence = evidence.Reason,
            Uid = pod.Metadata?.Uid,
            Session = session,
        };
    }

    /// <summary>
    /// The container that is meant where none is named: the one for debugging, else the one that the pod's own
    /// annotation names, as in kubectl, else the first.
    /// </summary>
    private static string? ChooseDefault(TracedPodResource pod, string? known)
    {
        List<ContainerSpec> containers = pod.Spec?.Containers ?? [];
        return known
            ?? (pod.Metadata?.Annotations?.GetValueOrDefault(DefaultContainerAnnotation) is { } named && containers.Exists(c => c.Name == named)
                ? named
                : containers.FirstOrDefault()?.Name);
    }

    /// <summary>A pod on a node has but one; in a copy a random name tells.</summary>
    private static ContainerSpec? FindContainer(TracedPodResource pod, DebugPodKind kind, PodPlan? plan)
    {
        List<ContainerSpec> containers = pod.Spec?.Containers ?? [];
        return plan is not null ? containers.Find(c => c.Name == plan.Container)
            : kind is DebugPodKind.Node ? containers.FirstOrDefault()
            : containers.Find(static c => c.Name is { } name && ContainerName.IsRandom(name));
    }
}
