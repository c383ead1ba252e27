using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>Plans a debug pod against the cluster, and carries the plan out.</summary>
internal sealed class DebugPodCreator(ClusterSession session)
{
    private const string NotConfirmedId = "ChangeNotConfirmed";

    /// <summary>Plans a copy of the pod as it is now. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, or the options do not fit it.</exception>
    public async Task<PodPlan> PlanCopyAsync(
        string podNamespace, string pod, PodCopyOptions options, CancellationToken cancellationToken)
    {
        PodCopyChecks.Check(options);
        JsonObject current = await session.Pods.GetObjectAsync(podNamespace, pod, cancellationToken);
        return PodCopyPlanner.Plan(current, options, RandomNameSource.Instance);
    }

    /// <summary>Plans a pod on the node. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">There is no such node, or the options make no sense.</exception>
    public async Task<PodPlan> PlanNodePodAsync(
        string node, string podNamespace, PodContainerOptions options, CancellationToken cancellationToken)
    {
        JsonObject current = await session.Nodes.GetObjectAsync(node, cancellationToken);
        return NodePodPlanner.Plan(current, podNamespace, options, RandomNameSource.Instance);
    }

    /// <summary>Lets the server judge the plan without carrying it out.</summary>
    /// <exception cref="EphemeralDebugException">The server would refuse it.</exception>
    public Task CheckAsync(PodPlan plan, CancellationToken cancellationToken) =>
        session.Pods.CreateAsync(plan.Namespace, plan.Pod, dryRun: true, cancellationToken);

    /// <summary>Creates the pod and returns it as it then is.</summary>
    /// <exception cref="EphemeralDebugException">The server refused it, or its answer was lost and nobody knows.</exception>
    public async Task<TracedPodResource> CreateAsync(PodPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(plan, cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId or ConnectionErrors.TimedOutId)
        {
            return await FindAfterLossAsync(plan, exception, cancellationToken) ?? await SendAsync(plan, cancellationToken);
        }
    }

    /// <summary>Deletes the pod that was copied, at once, as kubectl does.</summary>
    /// <exception cref="EphemeralDebugException">It could not be deleted; the copy exists.</exception>
    public async Task DeleteSourceAsync(PodPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await session.Pods.DeleteAsync(plan.Namespace, plan.SourcePod!, gracePeriodSeconds: 0, uid: null, cancellationToken);
        }
        catch (EphemeralDebugException exception)
        {
            throw new EphemeralDebugException(
                "OriginalNotDeleted",
                exception.Kind,
                $"The copy '{plan.Namespace}/{plan.Name}' was created, but pod '{plan.Namespace}/{plan.SourcePod}' was not deleted: {exception.Message}",
                exception.RecommendedAction,
                exception);
        }
    }

    private async Task<TracedPodResource> SendAsync(PodPlan plan, CancellationToken cancellationToken)
    {
        JsonObject created = await session.Pods.CreateAsync(plan.Namespace, plan.Pod, dryRun: false, cancellationToken);
        return created.Deserialize(WireJson.Default.TracedPodResource) ?? new TracedPodResource();
    }

    /// <summary>The pod when it was created after all, or null when it was not.</summary>
    private async Task<TracedPodResource?> FindAfterLossAsync(
        PodPlan plan, EphemeralDebugException loss, CancellationToken cancellationToken)
    {
        try
        {
            TracedPodResource found = await session.TracedPods.GetAsync(plan.Namespace, plan.Name, cancellationToken);
            return plan.HasRandomName ? found : throw NotConfirmed(plan, loss);
        }
        catch (EphemeralDebugException exception) when (exception.Kind is FailureKind.NotFound)
        {
            return null;
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is not NotConfirmedId)
        {
            throw NotConfirmed(plan, loss);
        }
    }

    // A pod of a chosen name may have been there before.
    private static EphemeralDebugException NotConfirmed(PodPlan plan, EphemeralDebugException loss) => new(
        NotConfirmedId,
        loss.Kind,
        $"Pod '{plan.Namespace}/{plan.Name}' may or may not have been created: {loss.Message}",
        "Look with Get-EphemeralDebugPod when the server answers again.",
        loss);
}
