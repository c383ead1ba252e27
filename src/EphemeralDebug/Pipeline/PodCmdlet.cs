using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Pipeline;

/// <summary>The base of the cmdlets that work on each pod they are given.</summary>
public abstract class PodCmdlet : SessionCmdlet
{
    /// <summary>How many pods are worked on at a time.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 32;

    private protected override int ConcurrentWork => ThrottleLimit;

    /// <summary>Works on several pods at a time.</summary>
    private protected void StartEach(PodReference[] pods, Func<ClusterSession, PodReference, CancellationToken, Task> work) =>
        Each(pods, (session, pod, target) => Start(target, token => work(session, pod, token)));

    /// <summary>Works on several pods at a time, after something was done for each in the order of the input.</summary>
    private protected void StartEach(PodReference[] pods, Func<ClusterSession, PodReference, Func<CancellationToken, Task>> prepare) =>
        Each(pods, (session, pod, target) => Start(target, prepare(session, pod)));

    /// <summary>Works on one pod after the other.</summary>
    private protected void CompleteEach(PodReference[] pods, Func<ClusterSession, PodReference, CancellationToken, Task> work) =>
        Each(pods, (session, pod, target) => Complete(target, token => work(session, pod, token)));

    /// <summary>Waits for a container and shows how far it is.</summary>
    private protected async Task<EphemeralContainer> WaitAsync(
        ClusterSession session, PodResource pod, string name, WaitOptions options, CancellationToken cancellationToken)
    {
        var progress = new ContainerProgress(NextActivityId(), EmitProgress, session.Time);
        try
        {
            return await new ContainerWaiter(session, session.Time).WaitAsync(pod, name, options, progress, cancellationToken);
        }
        finally
        {
            progress.Complete();
        }
    }

    private void Each(PodReference[] pods, Action<ClusterSession, PodReference, object> work)
    {
        foreach (PodReference pod in pods)
        {
            if (pod.Problem is not null)
            {
                WriteError(ErrorRecords.InvalidPod(pod));
                continue;
            }

            work(SessionFor(pod), pod, pod.Input ?? pod);
        }
    }
}
