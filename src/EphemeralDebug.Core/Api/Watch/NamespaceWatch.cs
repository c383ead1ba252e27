using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Watch;

/// <summary>
/// The watch of one namespace: resumes where it stopped, reads again what it may have missed when its version has
/// expired, and gives up after some failures in a row.
/// </summary>
internal sealed class NamespaceWatch : IDisposable
{
    private const int MaximumFailuresInARow = 6;
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<PodSubscription> _subscriptions = [];
    private readonly Dictionary<string, PodChange> _seen = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly WatchReader _reader;
    private readonly PodApi _pods;
    private readonly TimeProvider _time;
    private string _version;
    private int _failures;
    private bool _ended;

    public NamespaceWatch(string podNamespace, string fromVersion, WatchReader reader, PodApi pods, TimeProvider time)
    {
        Namespace = podNamespace;
        _version = fromVersion;
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

    /// <summary>Adds a waiter. It is told at once what this watch has already seen of its pod.</summary>
    public PodSubscription Add(string podName, Action<PodSubscription> unsubscribe)
    {
        var subscription = new PodSubscription(podName, unsubscribe);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            if (_seen.TryGetValue(podName, out PodChange? change))
            {
                subscription.Publish(change);
            }
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
            await foreach ((string version, PodChange? change) in _reader.ReadAsync(Namespace, _version, _stopped))
            {
                _version = version;
                _failures = 0;
                if (change is not null)
                {
                    Publish(change);
                }
            }

            if (_time.GetElapsedTime(started) < s_longestDelay)
            {
                await Task.Delay(s_firstDelay, _time, _stopped);
            }
        }
        catch (KubernetesStatusException exception) when (exception.StatusCode is System.Net.HttpStatusCode.Gone)
        {
            await CatchUpAsync();
        }
        catch (EphemeralDebugException exception) when (MayPass(exception) && ++_failures < MaximumFailuresInARow)
        {
            await Task.Delay(Delay(exception), _time, _stopped);
        }
    }

    /// <summary>
    /// The list's version is read first and the pods after it, so that the pods are at least as new as the version from
    /// which the watch goes on.
    /// </summary>
    private async Task CatchUpAsync()
    {
        string version = await _pods.GetListVersionAsync(Namespace, _stopped);
        foreach (string name in WaitedFor())
        {
            Publish(await GetAsync(name));
        }

        _version = version;
    }

    private async Task<PodChange> GetAsync(string name)
    {
        try
        {
            return new PodChange(await _pods.GetAsync(Namespace, name, _stopped), Deleted: false);
        }
        catch (KubernetesStatusException exception) when (exception.StatusCode is System.Net.HttpStatusCode.NotFound)
        {
            return new PodChange(new PodResource { Metadata = new ObjectMeta { Name = name, Namespace = Namespace } }, Deleted: true);
        }
    }

    private static bool MayPass(EphemeralDebugException exception) =>
        exception.Kind is FailureKind.Connection or FailureKind.Unavailable or FailureKind.Timeout;

    private TimeSpan Delay(EphemeralDebugException exception)
    {
        TimeSpan delay = s_firstDelay * Math.Pow(2, _failures - 1);
        TimeSpan asked = (exception as KubernetesStatusException)?.RetryAfter ?? TimeSpan.Zero;
        return asked > delay ? asked : delay < s_longestDelay ? delay : s_longestDelay;
    }

    private string[] WaitedFor()
    {
        lock (_gate)
        {
            return [.. _subscriptions.Select(subscription => subscription.PodName).Distinct(StringComparer.Ordinal)];
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
