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

/// <summary>One change of one pod.</summary>
internal sealed record PodEvent(PodChange Change, long ResourceVersion, StoredObject Object)
{
    /// <summary>The pod. It is shared between readers and must not be changed.</summary>
    public JsonObject Pod => Object.Value;
}

/// <summary>
/// The pods of the simulated cluster, as etcd would hold them: every write gets a new resource version, and every
/// reader of changes sees all of them in that order. The API server writes specifications, the kubelet writes status.
/// </summary>
internal sealed class PodStore(Revision revision)
{
    /// <summary>A store with a history of its own.</summary>
    public PodStore()
        : this(new Revision())
    {
    }

    /// <summary>The pods as the API server reads and writes them: versions, snapshots and conditional writes.</summary>
    public ObjectStore Objects { get; } = new(revision);

    /// <summary>A copy of the pod, or null when there is none.</summary>
    public JsonObject? Get(string podNamespace, string name) =>
        (JsonObject?)Objects.Get(podNamespace, name)?.Value.DeepClone();

    /// <summary>
    /// Applies <paramref name="change"/> to a copy of the pod and keeps the copy when it returns true. It is called
    /// again with the newer pod when somebody else has written in the meantime. Returns false when there is no such
    /// pod or nothing was changed.
    /// </summary>
    public bool Update(string podNamespace, string name, Func<JsonObject, bool> change)
    {
        while (Objects.Get(podNamespace, name) is { } current)
        {
            var copy = (JsonObject)current.Value.DeepClone();
            if (!change(copy))
            {
                return false;
            }

            if (Objects.Replace(current, copy) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds a pod; false when the name is taken.</summary>
    public bool Add(JsonObject pod) => Objects.Create((JsonObject)pod.DeepClone()) is not null;

    /// <summary>
    /// Removes a pod and returns its last state, or null when there was none. A pod with finalizers stays until the
    /// API server has seen the last of them go.
    /// </summary>
    public JsonObject? Remove(string podNamespace, string name)
    {
        while (Objects.Get(podNamespace, name) is { } current)
        {
            if (current.Value["metadata"]!["finalizers"] is JsonArray { Count: > 0 })
            {
                return null;
            }

            if (Objects.Delete(current) is { } last)
            {
                return (JsonObject)last.Value.DeepClone();
            }
        }

        return null;
    }

    /// <summary>Every pod as Added, then every change as it happens. Dispose the subscription to end it.</summary>
    public PodSubscription Subscribe()
    {
        var channel = Channel.CreateUnbounded<PodEvent>(new UnboundedChannelOptions { SingleReader = true });
        IDisposable subscription = Objects.Subscribe(
            start =>
            {
                foreach (StoredObject pod in start.Objects.Values)
                {
                    channel.Writer.TryWrite(new PodEvent(PodChange.Added, start.ResourceVersion, pod));
                }
            },
            change => channel.Writer.TryWrite(new PodEvent(change.Change, change.Object.ResourceVersion, change.Object)));
        return new PodSubscription(
            channel.Reader,
            () =>
            {
                subscription.Dispose();
                channel.Writer.TryComplete();
            });
    }
}

/// <summary>A reader of pod changes that ends when it is disposed.</summary>
internal sealed class PodSubscription(ChannelReader<PodEvent> reader, Action unsubscribe) : IDisposable
{
    public ChannelReader<PodEvent> Events { get; } = reader;

    public void Dispose() => unsubscribe();
}
