using EphemeralDebug.Api.Watch;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>
/// Waits for a container. Ends at once when it can never get there, after a grace time when its start keeps failing,
/// and in any case at the time limit.
/// </summary>
internal sealed class ContainerWaiter(ClusterSession session, TimeProvider time)
{
    /// <summary>How often progress is told when nothing changes, so that whoever shows it can show that time passes.</summary>
    private static readonly TimeSpan s_progressPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Waits and returns the container as it then is.</summary>
    /// <param name="pod">The pod as it is known; nothing that happens after it is missed.</param>
    /// <param name="name">The container's name.</param>
    /// <param name="options">How long, and for what.</param>
    /// <param name="progress">Told about every change of the container, and every second; or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EphemeralDebugException">It cannot get there, or not in time.</exception>
    public async Task<EphemeralContainer> WaitAsync(
        PodResource pod,
        string name,
        WaitOptions options,
        IProgress<EphemeralContainer>? progress,
        CancellationToken cancellationToken)
    {
        string podNamespace = pod.Metadata?.Namespace ?? "";
        string podName = pod.Metadata?.Name ?? "";
        using PodSubscription subscription = session.Watcher.Subscribe(
            podNamespace, podName, pod.Metadata?.ResourceVersion ?? "");
        long started = time.GetTimestamp();
        long? failingSince = null;
        while (true)
        {
            EphemeralContainer container = ContainerReader.FindAny(pod, name, session)
                ?? throw WaitErrors.NoSuchContainer(pod, name);
            progress?.Report(container);
            if (HasReached(container, options.Until))
            {
                return container;
            }

            WaitErrors.ThrowIfNeverStarting(pod, container);
            failingSince = FailingSince(container, failingSince);
            TimeSpan left = options.Timeout - time.GetElapsedTime(started);
            TimeSpan grace = failingSince is { } since ? options.StartGrace - time.GetElapsedTime(since) : TimeSpan.MaxValue;
            if (grace <= TimeSpan.Zero)
            {
                throw WaitErrors.NotStarting(container);
            }

            if (left <= TimeSpan.Zero)
            {
                throw WaitErrors.TimedOut(container, options);
            }

            TimeSpan limit = left < grace ? left : grace;
            limit = progress is null || limit < s_progressPeriod ? limit : s_progressPeriod;
            PodChange? change = await NextAsync(subscription, limit, cancellationToken);
            if (change is not null)
            {
                WaitErrors.ThrowIfGone(change, pod);
                pod = IsNewer(change.Pod, name) ? change.Pod : pod;
            }
        }
    }

    // The list of ephemeral containers only ever grows: a pod without the container is one from before it was added,
    // told by a watch that runs behind the answer to the request that added it.
    private static bool IsNewer(PodResource pod, string name) => ContainerReader.FindAny(pod, name, session: null) is not null;

    private static bool HasReached(EphemeralContainer container, ContainerState until) =>
        container.State is ContainerState.Terminated
        || (until is ContainerState.Running && container.State is ContainerState.Running);

    // ErrImagePull, ImagePullBackOff and a new try take turns, so only a container that runs ends the time of failure.
    private long? FailingSince(EphemeralContainer container, long? since) => StartOutlooks.Judge(container) switch
    {
        StartOutlook.Retrying => since ?? time.GetTimestamp(),
        _ when container.State is ContainerState.Running => null,
        _ => since,
    };

    /// <summary>The next change, or null when the time is over.</summary>
    private async Task<PodChange?> NextAsync(PodSubscription subscription, TimeSpan limit, CancellationToken cancellationToken)
    {
        // A timer cannot be set further than this, and the caller asks again.
        TimeSpan longest = TimeSpan.FromDays(1);
        using var timer = new CancellationTokenSource(limit < longest ? limit : longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await subscription.NextAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
