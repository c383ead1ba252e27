using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Storage;

/// <summary>One change as watchers see it; <paramref name="Previous"/> is null for an object that is new.</summary>
internal sealed record ObjectEvent(PodChange Change, StoredObject Object, StoredObject? Previous);

/// <summary>All objects of one kind at one resource version, in the order of their keys.</summary>
internal sealed record ObjectSnapshot(long ResourceVersion, ImmutableSortedDictionary<string, StoredObject> Objects);

/// <summary>
/// The objects of one kind, as etcd would hold them: every write makes a new version, past versions can be read until
/// they are compacted, and every subscriber sees every change in order.
/// </summary>
internal sealed class ObjectStore(Revision revision)
{
    /// <summary>How many changes are remembered for watches that resume and lists that continue.</summary>
    private const int HistoryLength = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Action<ObjectEvent>> _subscribers = [];
    private readonly List<(ObjectEvent Event, ObjectSnapshot After)> _history = [];
    private ImmutableSortedDictionary<string, StoredObject> _objects = Empty;

    /// <summary>The oldest state that can still be read.</summary>
    private ObjectSnapshot _compacted = new(revision.Current, Empty);

    private static ImmutableSortedDictionary<string, StoredObject> Empty { get; } =
        ImmutableSortedDictionary<string, StoredObject>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>The key of an object; keys sort as etcd sorts them, which is the order of lists.</summary>
    public static string Key(string? objectNamespace, string name) =>
        objectNamespace is null ? name : $"{objectNamespace}/{name}";

    public StoredObject? Get(string? objectNamespace, string name) =>
        Volatile.Read(ref _objects).GetValueOrDefault(Key(objectNamespace, name));

    /// <summary>All objects now, with the version that a watch continues from.</summary>
    public ObjectSnapshot Read()
    {
        lock (_gate)
        {
            return new ObjectSnapshot(revision.Current, _objects);
        }
    }

    /// <summary>All objects as they were at a version; null when that version has been compacted.</summary>
    public ObjectSnapshot? ReadAt(long resourceVersion)
    {
        lock (_gate)
        {
            if (resourceVersion < _compacted.ResourceVersion)
            {
                return null;
            }

            int after = FirstAfter(resourceVersion);
            ObjectSnapshot snapshot = after == 0 ? _compacted : _history[after - 1].After;
            return snapshot with { ResourceVersion = resourceVersion };
        }
    }

    /// <summary>Takes the versions of objects that are to be loaded; returns the first of them.</summary>
    public long Reserve(int count) => revision.Reserve(count);

    /// <summary>Adds objects that were there before anybody looked: no subscriber is told, and no earlier state can be read.</summary>
    public void Load(IEnumerable<StoredObject> objects)
    {
        lock (_gate)
        {
            Volatile.Write(ref _objects, _objects.SetItems(objects.Select(stored => KeyValuePair.Create(Key(stored.Namespace, stored.Name), stored))));
            _history.Clear();
            _compacted = new ObjectSnapshot(revision.Current, _objects);
        }
    }

    /// <summary>Adds an object; null when its name is taken.</summary>
    public StoredObject? Create(JsonObject value)
    {
        lock (_gate)
        {
            JsonNode metadata = value["metadata"]!;
            string key = Key((string?)metadata["namespace"], (string)metadata["name"]!);
            return _objects.ContainsKey(key) ? null : Store(key, value, null);
        }
    }

    /// <summary>Puts a new version in place of <paramref name="current"/>; null when that is no longer the current one.</summary>
    public StoredObject? Replace(StoredObject current, JsonObject value)
    {
        lock (_gate)
        {
            string key = Key(current.Namespace, current.Name);
            return _objects.GetValueOrDefault(key) == current ? Store(key, value, current) : null;
        }
    }

    /// <summary>Removes an object and returns its last version; null when <paramref name="current"/> is not the current one.</summary>
    public StoredObject? Delete(StoredObject current)
    {
        lock (_gate)
        {
            string key = Key(current.Namespace, current.Name);
            if (_objects.GetValueOrDefault(key) != current)
            {
                return null;
            }

            StoredObject last = NextVersion((JsonObject)current.Value.DeepClone());
            Volatile.Write(ref _objects, _objects.Remove(key));
            Publish(new ObjectEvent(PodChange.Deleted, last, current));
            return last;
        }
    }

    /// <summary>
    /// What there is now, then every change, in order, as it is made. Both callbacks run inside the store: they must
    /// be quick and must not call it.
    /// </summary>
    public IDisposable Subscribe(Action<ObjectSnapshot> start, Action<ObjectEvent> sink)
    {
        lock (_gate)
        {
            start(new ObjectSnapshot(revision.Current, _objects));
            _subscribers.Add(sink);
        }

        return new Subscription(this, sink);
    }

    /// <summary>
    /// The changes after a version, then every later one. Null, and no subscription, when changes after that version
    /// have been compacted.
    /// </summary>
    public IDisposable? SubscribeAfter(long resourceVersion, Action<ObjectEvent> sink)
    {
        lock (_gate)
        {
            if (resourceVersion < _compacted.ResourceVersion)
            {
                return null;
            }

            for (int index = FirstAfter(resourceVersion); index < _history.Count; index++)
            {
                sink(_history[index].Event);
            }

            _subscribers.Add(sink);
        }

        return new Subscription(this, sink);
    }

    /// <summary>Forgets every past version, as etcd does every five minutes.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            _history.Clear();
            _compacted = new ObjectSnapshot(revision.Current, _objects);
        }
    }

    /// <summary>The place in the history of the first change after a version.</summary>
    private int FirstAfter(long resourceVersion)
    {
        int low = 0;
        int high = _history.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _history[middle].After.ResourceVersion <= resourceVersion ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private StoredObject Store(string key, JsonObject value, StoredObject? previous)
    {
        StoredObject stored = NextVersion(value);
        Volatile.Write(ref _objects, _objects.SetItem(key, stored));
        Publish(new ObjectEvent(previous is null ? PodChange.Added : PodChange.Modified, stored, previous));
        return stored;
    }

    private StoredObject NextVersion(JsonObject value)
    {
        long version = revision.Next();
        value["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(value, version);
    }

    private void Publish(ObjectEvent change)
    {
        _history.Add((change, new ObjectSnapshot(change.Object.ResourceVersion, _objects)));
        if (_history.Count > 2 * HistoryLength)
        {
            _compacted = _history[HistoryLength - 1].After;
            _history.RemoveRange(0, HistoryLength);
        }

        foreach (Action<ObjectEvent> subscriber in _subscribers)
        {
            subscriber(change);
        }
    }

    private void Unsubscribe(Action<ObjectEvent> sink)
    {
        lock (_gate)
        {
            _subscribers.Remove(sink);
        }
    }

    private sealed class Subscription(ObjectStore store, Action<ObjectEvent> sink) : IDisposable
    {
        public void Dispose() => store.Unsubscribe(sink);
    }
}
