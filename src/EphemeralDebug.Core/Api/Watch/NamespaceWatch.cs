using System.Net;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Watch;

/// <summary>
/// The watch of one namespace: resumes where it stopped, reads again what it may have missed when its version has
/// expired, and gives up when it has failed for long.
/// </summary>
internal sealed class NamespaceWatch : IDisposable
{
    /// <summary>How many pods are read at once after a gap.</summary>
    private const int ReadsAtOnce = 16;

    private static readonly TimeSpan s_pauseAfterShortWatch = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly List<PodSubscription> _subscriptions = [];
    private readonly Dictionary<string, PodChange> _seen = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly WatchReader _reader;
    private readonly PodApi _pods;
    private readonly TimeProvider _time;
    private readonly WatchPatience _patience;
    private string _version;
    private string _seenFrom;
    private bool _hasExpired;
    private bool _ended;

    public NamespaceWatch(string podNamespace, string fromVersion, WatchReader reader, PodApi pods, TimeProvider time)
    {
        Namespace = podNamespace;
        _version = fromVersion;
        _seenFrom = fromVersion;
        _patience = new WatchPatience(time);
        _reader = reader;
        _pods = pods;
        _time = time;
        _stopped = _stop.Token;
        _ = Task.Run(RunAsync);
    }

    public string Namespace { get; }

    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    /// <summary>
    /// Adds a waiter. It is told at once what this watch has already seen of its pod, and soon what the watch may have
    /// missed because it began later than the waiter's knowledge.
    /// </summary>
    public PodSubscription Add(string podName, string knownVersion, Action<PodSubscription> unsubscribe)
    {
        var subscription = new PodSubscription(podName, knownVersion, unsubscribe);
        bool mayHaveMissed;
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            mayHaveMissed = ResourceVersions.IsOlder(knownVersion, _seenFrom);
            if (_seen.TryGetValue(podName, out PodChange? change))
            {
                subscription.Publish(change);
            }
        }

        if (mayHaveMissed)
        {
            _ = Task.Run(() => CatchUpAsync(subscription));
        }

        return subscription;
    }

    /// <summary>Removes a waiter; true when nobody is left.</summary>
    public bool Remove(PodSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            return _subscriptions.Count == 0;
        }
    }

    /// <summary>Ends the watch; whoever still waits is told that the session was closed.</summary>
    public void Dispose()
    {
        if (End(failure: null))
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await WatchOnceAsync();
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            End(failure: null);
        }
        catch (Exception exception)
        {
            // Whatever it was, the waiters must hear of it: a watch that dies in silence leaves them waiting.
            End(exception as EphemeralDebugException ?? Unexpected(exception));
        }
    }

    private async Task WatchOnceAsync()
    {
        long started = _time.GetTimestamp();
        try
        {
            if (_hasExpired)
            {
                await CatchUpAsync();
            }

            await ReadAsync();
            if (_time.GetElapsedTime(started) < WatchPatience.Success)
            {
                await Task.Delay(s_pauseAfterShortWatch, _time, _stopped);
            }
        }
        catch (EphemeralDebugException exception) when (DelayAfter(exception, started) is { } delay)
        {
            _hasExpired |= exception is KubernetesStatusException { StatusCode: HttpStatusCode.Gone };
            await Task.Delay(delay, _time, _stopped);
        }
    }

    private async Task ReadAsync()
    {
        await foreach ((string version, PodChange? change) in _reader.ReadAsync(Namespace, _version, _stopped))
        {
            _version = version;
            _patience.Reset();
            if (change is not null)
            {
                Publish(change);
            }
        }
    }

    private TimeSpan? DelayAfter(EphemeralDebugException exception, long started)
    {
        if (_time.GetElapsedTime(started) >= WatchPatience.Success)
        {
            _patience.Reset();
        }

        return _patience.DelayAfter(exception);
    }

    /// <summary>
    /// Reads the pods that are waited for after a gap. The list's version is read first and the pods after it, so that
    /// they are at least as new as the version from which the watch goes on.
    /// </summary>
    private async Task CatchUpAsync()
    {
        string version = await _pods.GetListVersionAsync(Namespace, _stopped);
        string[] names;
        lock (_gate)
        {
            // Who comes from now on with knowledge from before has its pod read for itself.
            _seenFrom = version;
            names = [.. _subscriptions.Select(subscription => subscription.PodName).Distinct(StringComparer.Ordinal)];
        }

        await Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = _stopped },
            async (name, _) => Publish(await GetAsync(name)));
        _version = version;
        _hasExpired = false;
    }

    private async Task CatchUpAsync(PodSubscription subscription)
    {
        try
        {
            subscription.Publish(await GetAsync(subscription.PodName));
        }
        catch (OperationCanceledException)
        {
            // The watch has ended, which the waiter has been told.
        }
        catch (EphemeralDebugException failure)
        {
            subscription.Complete(failure);
        }
    }

    private async Task<PodChange> GetAsync(string name)
    {
        try
        {
            return new PodChange(await _pods.GetAsync(Namespace, name, _stopped), Deleted: false);
        }
        catch (KubernetesStatusException exception) when (exception.StatusCode is HttpStatusCode.NotFound)
        {
            return new PodChange(new PodResource { Metadata = new ObjectMeta { Name = name, Namespace = Namespace } }, Deleted: true);
        }
    }

    private void Publish(PodChange change)
    {
        if (change.Pod.Metadata?.Name is not { } name)
        {
            return;
        }

        lock (_gate)
        {
            if (change.Pod.Spec?.EphemeralContainers is { Count: > 0 } || _seen.ContainsKey(name))
            {
                _seen[name] = change;
            }

            foreach (PodSubscription subscription in _subscriptions)
            {
                if (string.Equals(subscription.PodName, name, StringComparison.Ordinal))
                {
                    subscription.Publish(change);
                }
            }
        }
    }

    /// <summary>Tells the waiters that no more will come; false when they have been told before.</summary>
    private bool End(Exception? failure)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _ended = true;
            foreach (PodSubscription subscription in _subscriptions)
            {
                subscription.Complete(failure);
            }

            return true;
        }
    }

    private EphemeralDebugException Unexpected(Exception exception) => new(
        "WatchFailed",
        FailureKind.Protocol,
        $"The watch of namespace '{Namespace}' failed: {exception.Message}",
        "Try again.",
        exception);
}
