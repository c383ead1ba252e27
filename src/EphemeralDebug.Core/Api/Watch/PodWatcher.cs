namespace EphemeralDebug.Api.Watch;

/// <summary>
/// Tells any number of waiters about changes of their pods with one watch per namespace. A namespace is watched while
/// somebody waits in it.
/// </summary>
internal sealed class PodWatcher(ApiClient client, PodApi pods, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, NamespaceWatch> _watches = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Starts telling about a pod.</summary>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="name">The pod's name.</param>
    /// <param name="knownVersion">The resource version of the pod as the caller knows it: nothing after it is missed.</param>
    public PodSubscription Subscribe(string podNamespace, string name, string knownVersion)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_watches.TryGetValue(podNamespace, out NamespaceWatch? watch) || watch.HasEnded)
            {
                watch = new NamespaceWatch(podNamespace, knownVersion, new WatchReader(client, time), pods, time);
                _watches[podNamespace] = watch;
            }

            return watch.Add(name, knownVersion, subscription => Unsubscribe(watch, subscription));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (NamespaceWatch watch in _watches.Values)
            {
                watch.Dispose();
            }

            _watches.Clear();
        }
    }

    private void Unsubscribe(NamespaceWatch watch, PodSubscription subscription)
    {
        lock (_gate)
        {
            if (!watch.Remove(subscription))
            {
                return;
            }

            watch.Dispose();
            if (_watches.TryGetValue(watch.Namespace, out NamespaceWatch? current) && ReferenceEquals(current, watch))
            {
                _watches.Remove(watch.Namespace);
            }
        }
    }
}
