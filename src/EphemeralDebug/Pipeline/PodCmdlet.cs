using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Workloads;

namespace EphemeralDebug.Pipeline;

/// <summary>The base of the cmdlets that work on each pod they are given.</summary>
public abstract class PodCmdlet : SessionCmdlet
{
    private readonly PodText _text = new();
    private Action<ClusterSession, PodReference, object>? _work;

    /// <summary>Creates the cmdlet.</summary>
    protected PodCmdlet() => Progress = new PodsProgress(NextActivityId(), EmitProgress);

    /// <summary>How many pods are worked on at a time.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 32;

    private protected override int ConcurrentWork => ThrottleLimit;

    /// <summary>How far all pods are.</summary>
    private protected PodsProgress Progress { get; }

    /// <summary>Works on several pods at a time.</summary>
    private protected void StartEach(PodReference[] pods, Func<ClusterSession, PodReference, CancellationToken, Task> work) =>
        Each(pods, (session, pod, target) => Start(target, token => work(session, pod, token)));

    /// <summary>Works on several pods at a time, after something was done for each in the order of the input.</summary>
    private protected void StartEach(PodReference[] pods, Func<ClusterSession, PodReference, Func<CancellationToken, Task>> prepare) =>
        Each(pods, (session, pod, target) => Start(target, prepare(session, pod)));

    /// <summary>Works on one pod after the other.</summary>
    private protected void CompleteEach(PodReference[] pods, Func<ClusterSession, PodReference, CancellationToken, Task> work) =>
        Each(pods, (session, pod, target) => Complete(target, token => work(session, pod, token)));

    /// <summary>Waits for a container and shows how far it is; of many pods, how far they all are.</summary>
    private protected async Task<EphemeralContainer> WaitAsync(
        ClusterSession session, PodResource pod, string name, WaitOptions options, CancellationToken cancellationToken)
    {
        if (Progress.IsShown)
        {
            return await new ContainerWaiter(session, session.Time).WaitAsync(pod, name, options, progress: null, cancellationToken);
        }

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

    /// <summary>Which of a workload's pods are meant: all, for what only looks.</summary>
    private protected virtual PodScope ScopeOf(WorkloadReference workload) => PodScope.All;

    /// <summary>The pods with these labels, as if they had been piped in.</summary>
    private protected static PodReference[] Selected(string selector) =>
        [new PodReference(null, "") { Workload = new WorkloadReference { Selector = selector }, Input = selector }];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        CompleteInput();
        base.EndProcessing();
        Progress.Complete(WriteProgress);
    }

    /// <summary>Works on what came as text line by line, which is complete only when the input has ended.</summary>
    private protected void CompleteInput()
    {
        if (_text.Complete() is { } pods)
        {
            Each(pods, _work!);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Progress.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Calls a function for each pod that is meant.</summary>
    private protected void Each(IEnumerable<PodReference> pods, Action<ClusterSession, PodReference, object> work)
    {
        _work = work;
        PodReference[] usable = [.. pods.Where(IsUsable)];
        Progress.Expect(usable.Count(static reference => reference.Workload is null));
        foreach (PodReference reference in usable)
        {
            ClusterSession session = SessionFor(reference);
            object target = reference.Input ?? reference;
            foreach (PodReference pod in reference.Workload is { } workload ? Resolve(session, reference, workload) : [reference])
            {
                work(session, pod, target);
            }
        }
    }

    /// <summary>False for a line of a text that is not complete yet, and for what names no pod, of which the user is told.</summary>
    private bool IsUsable(PodReference reference)
    {
        if (_text.Add(reference))
        {
            return false;
        }

        if (reference.Problem is not null)
        {
            WriteError(ErrorRecords.InvalidPod(reference));
            return false;
        }

        return true;
    }

    private IEnumerable<PodReference> Resolve(ClusterSession session, PodReference reference, WorkloadReference workload)
    {
        string podNamespace = NamespaceFor(reference, session);
        IReadOnlyList<string> names = [];
        CompleteMeanwhile(reference.Input ?? reference, async token =>
            names = await new WorkloadPods(session).FindAsync(podNamespace, workload, ScopeOf(workload), token));
        Progress.Expect(names.Count);
        return names.Select(name => new PodReference(podNamespace, name) { Session = session, Input = reference.Input });
    }
}
