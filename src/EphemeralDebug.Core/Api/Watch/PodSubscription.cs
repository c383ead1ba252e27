using System.Threading.Channels;

namespace EphemeralDebug.Api.Watch;

/// <summary>One waiter's view of one pod: the newest change, older ones are dropped. Dispose it to stop.</summary>
internal sealed class PodSubscription : IDisposable
{
    private readonly Channel<PodChange> _latest = Channel.CreateBounded<PodChange>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Action<PodSubscription> _unsubscribe;
    private readonly Lock _gate = new();
    private string _newest;

    internal PodSubscription(string podName, string knownVersion, Action<PodSubscription> unsubscribe)
    {
        PodName = podName;
        _newest = knownVersion;
        _unsubscribe = unsubscribe;
    }

    public string PodName { get; }

    /// <summary>Waits for the next change.</summary>
    /// <exception cref="EphemeralDebugException">The watch has failed for good.</exception>
    public async ValueTask<PodChange> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _latest.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw exception.InnerException as EphemeralDebugException
                ?? new EphemeralDebugException(
                    "SessionClosed",
                    FailureKind.InvalidOperation,
                    $"The session was closed while pod '{PodName}' was being watched.",
                    "Run Connect-EphemeralCluster and try again.");
        }
    }

    public void Dispose() => _unsubscribe(this);

    /// <summary>Passes a change on, unless something newer is known: a watch may run behind a request's answer.</summary>
    internal void Publish(PodChange change)
    {
        string? version = change.Pod.Metadata?.ResourceVersion;
        lock (_gate)
        {
            if (ResourceVersions.IsOlder(version, _newest))
            {
                return;
            }

            _newest = version ?? _newest;
            _latest.Writer.TryWrite(change);
        }
    }

    internal void Complete(Exception? failure) => _latest.Writer.TryComplete(failure);
}
