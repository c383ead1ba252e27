using System.Globalization;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Watch;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>Deletes a debug pod, and never another one that took its name.</summary>
internal sealed class DebugPodRemover(ClusterSession session)
{
    /// <summary>Asks the server to delete it. That it is gone already is no failure.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="gracePeriodSeconds">The time for its processes to end, or null for the pod's own.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="EphemeralDebugException">The server refused or does not answer.</exception>
    public async Task DeleteAsync(DebugPod pod, long? gracePeriodSeconds, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(pod, gracePeriodSeconds, cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId)
        {
            // The same pod cannot be deleted twice, so that asking again does no harm.
            await SendAsync(pod, gracePeriodSeconds, cancellationToken);
        }
    }

    /// <summary>Waits until the pod is gone.</summary>
    /// <exception cref="EphemeralDebugException">It is still there after the time.</exception>
    public async Task WaitUntilGoneAsync(DebugPod pod, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, session.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await WatchUntilGoneAsync(pod, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EphemeralDebugException(
                "WaitTimedOut",
                FailureKind.Timeout,
                string.Create(CultureInfo.InvariantCulture, $"Debug pod '{pod}' was not gone within {timeout.TotalSeconds:0.#} s; it is being deleted."),
                "Wait longer with -TimeoutSec; -Force leaves its processes no time. Finalizers of the pod or an unreachable node hold it back too.");
        }
    }

    private async Task SendAsync(DebugPod pod, long? gracePeriodSeconds, CancellationToken cancellationToken)
    {
        try
        {
            await session.Pods.DeleteAsync(pod.Namespace, pod.Name, gracePeriodSeconds, pod.Uid, cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.Kind is FailureKind.NotFound or FailureKind.Conflict)
        {
            // Gone, or a pod of another id has its name.
        }
    }

    private async Task WatchUntilGoneAsync(DebugPod pod, CancellationToken cancellationToken)
    {
        PodResource current;
        try
        {
            current = await session.Pods.GetAsync(pod.Namespace, pod.Name, cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.Kind is FailureKind.NotFound)
        {
            return;
        }

        using PodSubscription subscription = session.Watcher.Subscribe(
            pod.Namespace, pod.Name, current.Metadata?.ResourceVersion ?? "");
        bool deleted = false;
        while (!deleted && string.Equals(current.Metadata?.Uid, pod.Uid, StringComparison.Ordinal))
        {
            PodChange change = await subscription.NextAsync(cancellationToken);
            (current, deleted) = (change.Pod, change.Deleted);
        }
    }
}
