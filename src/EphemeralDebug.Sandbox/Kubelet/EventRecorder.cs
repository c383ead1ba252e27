using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Who reports an event.</summary>
internal sealed record EventSource(string Component, string? Host = null);

/// <summary>
/// Leaves events about pods where the API server shows them. What happens again counts on the event that is there,
/// and an event that is an hour old is forgotten, as in a real cluster.
/// </summary>
internal sealed class EventRecorder(ObjectStore store, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredObject> _known = new(StringComparer.Ordinal);
    private readonly Queue<(DateTimeOffset Since, string Key)> _ages = new();
    private long _lastNumber = time.GetUtcNow().Ticks;

    /// <summary>Records an event about a pod, or about one of its containers.</summary>
    public void Record(JsonObject pod, ContainerSpec? container, EventSource source, string type, string reason, string message)
    {
        JsonObject about = Describe(pod, container);
        string key = string.Join('\n', about.Text("uid"), about.Text("fieldPath"), source.Component, type, reason, message);
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            Forget(now);
            if (_known.TryGetValue(key, out StoredObject? known) && store.Replace(known, CountAgain(known, now)) is { } counted)
            {
                _known[key] = counted;
            }
            else
            {
                _known[key] = store.Create(Create(about, source, type, reason, message, now))
                    ?? throw new InvalidOperationException("An event's name is taken.");
                _ages.Enqueue((now, key));
            }
        }
    }

    private static JsonObject Describe(JsonObject pod, ContainerSpec? container)
    {
        JsonObject metadata = pod.Object("metadata")!;
        var about = new JsonObject
        {
            ["kind"] = "Pod",
            ["namespace"] = metadata.Text("namespace"),
            ["name"] = metadata.Text("name"),
            ["uid"] = metadata.Text("uid"),
            ["apiVersion"] = "v1",
            ["resourceVersion"] = metadata.Text("resourceVersion"),
        };
        if (container is not null)
        {
            about["fieldPath"] = container.FieldPath;
        }

        return about;
    }

    private JsonObject Create(JsonObject about, EventSource source, string type, string reason, string message, DateTimeOffset now)
    {
        string number = (++_lastNumber).ToString("x16", CultureInfo.InvariantCulture);
        var from = new JsonObject { ["component"] = source.Component };
        if (source.Host is not null)
        {
            from["host"] = source.Host;
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{about.Text("name")}.{number}",
                ["namespace"] = about.Text("namespace"),
                ["uid"] = Guid.NewGuid().ToString(),
                ["creationTimestamp"] = ApiJson.Time(now),
            },
            ["involvedObject"] = about,
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = from,
            ["firstTimestamp"] = ApiJson.Time(now),
            ["lastTimestamp"] = ApiJson.Time(now),
            ["count"] = 1,
            ["type"] = type,
            ["eventTime"] = null,
            ["reportingComponent"] = source.Component,
            ["reportingInstance"] = source.Host ?? "",
        };
    }

    private static JsonObject CountAgain(StoredObject known, DateTimeOffset now)
    {
        JsonObject value = known.Value.Copy();
        value["count"] = value.Integer("count") + 1;
        value["lastTimestamp"] = ApiJson.Time(now);
        return value;
    }

    private void Forget(DateTimeOffset now)
    {
        while (_ages.TryPeek(out (DateTimeOffset Since, string Key) oldest) && now - oldest.Since > Lifetime)
        {
            _ages.Dequeue();
            if (_known.Remove(oldest.Key, out StoredObject? known))
            {
                store.Delete(known);
            }
        }
    }
}
