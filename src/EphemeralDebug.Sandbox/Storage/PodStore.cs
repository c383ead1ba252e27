using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace EphemeralDebug.Sandbox.Storage;

/// <summary>What happened to a stored pod.</summary>
internal enum PodChange
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One change of one pod. The pod is shared between readers and must not be changed.</summary>
internal sealed record PodEvent(PodChange Change, long ResourceVersion, JsonObject Pod);

/// <summary>
/// The pods of the simulated cluster, as etcd would hold them: every write gets a new resource version, and every
/// reader of changes sees all of them in that order. The API server writes specifications, the kubelet writes status.
/// </summary>
internal sealed class PodStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Namespace, string Name), JsonObject> _pods = [];
    private readonly List<Channel<PodEvent>> _subscribers = [];
    private long _resourceVersion = 1000;

    /// <summary>A copy of the pod, or null when there is none.</summary>
    public JsonObject? Get(string podNamespace, string name)
    {
        lock (_gate)
        {
            return _pods.TryGetValue((podNamespace, name), out JsonObject? pod) ? (JsonObject)pod.DeepClone() : null;
        }
    }

    /// <summary>
    /// Applies <paramref name="change"/> to a copy of the pod under the store's lock and keeps the copy when it
    /// returns true. Returns false when there is no such pod or nothing was changed.
    /// </summary>
    public bool Update(string podNamespace, string name, Func<JsonObject, bool> change)
    {
        lock (_gate)
        {
            if (!_pods.TryGetValue((podNamespace, name), out JsonObject? pod))
            {
                return false;
            }

            var copy = (JsonObject)pod.DeepClone();
            if (!change(copy))
            {
                return false;
            }

            Store(podNamespace, name, copy, PodChange.Modified);
            return true;
        }
    }

    /// <summary>Adds a pod; false when the name is taken.</summary>
    public bool Add(JsonObject pod)
    {
        var metadata = (JsonObject)pod["metadata"]!;
        string podNamespace = (string)metadata["namespace"]!;
        string name = (string)metadata["name"]!;
        lock (_gate)
        {
            if (_pods.ContainsKey((podNamespace, name)))
            {
                return false;
            }

            Store(podNamespace, name, (JsonObject)pod.DeepClone(), PodChange.Added);
            return true;
        }
    }

    /// <summary>Removes a pod and returns its last state, or null when there was none.</summary>
    public JsonObject? Remove(string podNamespace, string name)
    {
        lock (_gate)
        {
            if (!_pods.Remove((podNamespace, name), out JsonObject? pod))
            {
                return null;
            }

            var copy = (JsonObject)pod.DeepClone();
            Publish(copy, PodChange.Deleted);
            return copy;
        }
    }

    /// <summary>Every pod as Added, then every change as it happens. Dispose the subscription to end it.</summary>
    public PodSubscription Subscribe()
    {
        var channel = Channel.CreateUnbounded<PodEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_gate)
        {
            foreach (JsonObject pod in _pods.Values)
            {
                channel.Writer.TryWrite(new PodEvent(PodChange.Added, _resourceVersion, pod));
            }

            _subscribers.Add(channel);
        }

        return new PodSubscription(channel.Reader, () => Unsubscribe(channel));
    }

    private void Unsubscribe(Channel<PodEvent> channel)
    {
        lock (_gate)
        {
            _subscribers.Remove(channel);
        }

        channel.Writer.TryComplete();
    }

    private void Store(string podNamespace, string name, JsonObject pod, PodChange change)
    {
        _pods[(podNamespace, name)] = pod;
        Publish(pod, change);
    }

    private void Publish(JsonObject pod, PodChange change)
    {
        long version = ++_resourceVersion;
        pod["metadata"]!["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var podEvent = new PodEvent(change, version, pod);
        foreach (Channel<PodEvent> subscriber in _subscribers)
        {
            subscriber.Writer.TryWrite(podEvent);
        }
    }
}

/// <summary>A reader of pod changes that ends when it is disposed.</summary>
internal sealed class PodSubscription(ChannelReader<PodEvent> reader, Action unsubscribe) : IDisposable
{
    public ChannelReader<PodEvent> Events { get; } = reader;

    public void Dispose() => unsubscribe();
}
