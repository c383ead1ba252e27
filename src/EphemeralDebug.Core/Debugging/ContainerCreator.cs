using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>Reads a pod, plans a container for it, and carries the plan out.</summary>
internal sealed class ContainerCreator(ClusterSession session)
{
    /// <summary>Plans against the pod as it is now. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, or the options do not fit it.</exception>
    public async Task<ContainerPlan> PlanAsync(
        string podNamespace, string pod, ContainerOptions options, CancellationToken cancellationToken) =>
        (await new ContainerPreparer(session, this).PrepareAsync(podNamespace, pod, options, reuse: false, cancellationToken)).Plan;

    /// <summary>Lets the server judge the plan as if it were carried out. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">The server would refuse it; the error is the one that it would give.</exception>
    public async Task TryAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        ThrowIfNotAdded(plan, await SendAsync(plan, dryRun: true, cancellationToken));

    /// <summary>Adds the planned container and returns the pod as it then is. It cannot be taken back.</summary>
    public async Task<PodResource> ApplyAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        PodResource pod = await SendOrFindAsync(plan, cancellationToken);
        ThrowIfNotAdded(plan, pod);
        return pod;
    }

    private static void ThrowIfNotAdded(ContainerPlan plan, PodResource pod)
    {
        if (ContainerReader.Find(pod, plan.Name, session: null) is null)
        {
            throw new EphemeralDebugException(
                "EphemeralContainersNotSupported",
                FailureKind.InvalidOperation,
                $"The server accepted the change of pod '{plan.Namespace}/{plan.Pod}' but added no container: its ephemeral containers API is the one from before Kubernetes 1.22.",
                "Use a cluster of version 1.23 or later.");
        }
    }

    /// <summary>
    /// Sends the change. When the answer is lost, the pod tells whether it took effect; when it did not, it is sent once
    /// more, which does no harm even if the first one arrives late: the same container again changes nothing.
    /// </summary>
    private async Task<PodResource> SendOrFindAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(plan, dryRun: false, cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId or ConnectionErrors.TimedOutId)
        {
            PodResource pod = await ReadAfterLossAsync(plan, exception, cancellationToken);
            return ContainerReader.Find(pod, plan.Name, session) is null ? await SendAsync(plan, dryRun: false, cancellationToken) : pod;
        }
    }

    private async Task<PodResource> ReadAfterLossAsync(
        ContainerPlan plan, EphemeralDebugException loss, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Pods.GetAsync(plan.Namespace, plan.Pod, cancellationToken);
        }
        catch (EphemeralDebugException)
        {
            throw new EphemeralDebugException(
                "ChangeNotConfirmed",
                loss.Kind,
                $"Container '{plan.Namespace}/{plan.Pod}/{plan.Name}' may or may not have been added: {loss.Message}",
                "Look with Get-EphemeralContainer when the server answers again.",
                loss);
        }
    }

    private async Task<PodResource> SendAsync(ContainerPlan plan, bool dryRun, CancellationToken cancellationToken)
    {
        JsonObject changed = await session.Pods.PatchEphemeralContainersAsync(
            plan.Namespace, plan.Pod, plan.ToStrategicMergePatch(), dryRun, cancellationToken);
        return changed.Deserialize(WireJson.Default.PodResource) ?? new PodResource();
    }
}
