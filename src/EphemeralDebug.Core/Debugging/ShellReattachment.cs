using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>Gets back to a container's own process after the connection to it was lost, as only attach can.</summary>
internal sealed class ShellReattachment(ClusterSession session)
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);

    /// <summary>How long it is tried: an API server that is restarted takes the better part of a minute.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Tries until it has succeeded, the container turns out to have ended, or the time is over.</summary>
    /// <returns>The container as it is now, and a terminal in it unless it has ended.</returns>
    /// <exception cref="EphemeralDebugException">The loss itself, when there was no way back.</exception>
    public async Task<(EphemeralContainer Container, RemoteShell? Shell)> RunAsync(
        EphemeralContainer container, EphemeralDebugException loss, CancellationToken cancellationToken)
    {
        long started = session.Time.GetTimestamp();
        TimeSpan delay = s_firstDelay;
        while (true)
        {
            await Task.Delay(delay, session.Time, cancellationToken);
            try
            {
                return await TryAsync(container, loss, cancellationToken);
            }
            catch (EphemeralDebugException exception) when (MayPass(exception) && !ReferenceEquals(exception, loss))
            {
                if (session.Time.GetElapsedTime(started) > Limit)
                {
                    throw loss;
                }
            }

            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }
    }

    private async Task<(EphemeralContainer Container, RemoteShell? Shell)> TryAsync(
        EphemeralContainer container, EphemeralDebugException loss, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(container.Namespace, container.Pod, cancellationToken);
        EphemeralContainer? now = ContainerReader.Find(pod, container.Name, session);
        if (now is null || !string.Equals(now.PodUid, container.PodUid, StringComparison.Ordinal))
        {
            // Another pod has taken the name.
            throw loss;
        }

        return now.State is ContainerState.Terminated
            ? (now, null)
            : (now, await RemoteShell.OpenAsync(session, now, new ShellOptions { Attach = true }, cancellationToken));
    }

    // An API server that has just started does not know anybody's rights for some moments.
    private static bool MayPass(EphemeralDebugException exception) => exception.Kind
        is FailureKind.Connection
        or FailureKind.Unavailable
        or FailureKind.Timeout
        or FailureKind.Authentication
        or FailureKind.PermissionDenied;
}
