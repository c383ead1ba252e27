using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Pipeline;

/// <summary>
/// Leaves no debug pod behind that nobody knows of: not when the pipeline is stopped, when nothing can be written to it
/// any more, nor when the server has gone away.
/// </summary>
/// <param name="warn">Warns the user, at any time and from any thread.</param>
internal sealed class DebugPodCleaner(Action<string> warn)
{
    /// <summary>How long whoever pressed Ctrl+C waits for the server at most.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Creates a pod. A request that is on its way when the pipeline is stopped is not given up at once: its answer tells
    /// whether there is a pod to take away again.
    /// </summary>
    /// <exception cref="OperationCanceledException">The pipeline was stopped.</exception>
    public async Task<TracedPodResource> CreateAsync(ClusterSession session, PodPlan plan, CancellationToken cancellationToken)
    {
        TracedPodResource pod;
        using var givingUp = new CancellationTokenSource();
        await using (cancellationToken.Register(() => givingUp.CancelAfter(s_patience)))
        {
            try
            {
                pod = await new DebugPodCreator(session).CreateAsync(plan, givingUp.Token);
            }
            catch (OperationCanceledException)
            {
                warn($"Pod '{plan.Namespace}/{plan.Name}' may have been created; Get-EphemeralDebugPod tells.");
                throw;
            }
        }

        if (cancellationToken.IsCancellationRequested)
        {
            await RemoveAsync(session, new DebugPodReader(session).Read(pod, plan));
            throw new OperationCanceledException(cancellationToken);
        }

        return pod;
    }

    /// <summary>Deletes the pod, or says that it stays.</summary>
    public async Task RemoveAsync(ClusterSession session, DebugPod pod)
    {
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            await new DebugPodRemover(session).DeleteAsync(pod, gracePeriodSeconds: null, limit.Token);
        }
        catch (OperationCanceledException)
        {
            warn($"Debug pod '{pod}' stays, because the server does not answer; Remove-EphemeralDebugPod {pod} removes it later.");
        }
        catch (EphemeralDebugException exception)
        {
            warn($"Debug pod '{pod}' stays; Remove-EphemeralDebugPod {pod} removes it later. {exception.Message}");
        }
    }
}
