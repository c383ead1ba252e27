using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Tests.Storage;

public sealed class ObjectStoreTests
{
    private readonly PodStore _pods = new();

    private ObjectStore Store => _pods.Objects;

    [Fact]
    public void A_write_that_saw_an_older_version_is_refused()
    {
        _pods.Add(Pod("a"));
        StoredObject seen = Store.Get("default", "a")!;
        Assert.NotNull(Store.Replace(seen, Pod("a")));
        Assert.Null(Store.Replace(seen, Pod("a")));
    }

    [Fact]
    public void A_past_version_can_be_read_until_it_is_compacted()
    {
        _pods.Add(Pod("a"));
        long version = Store.Read().ResourceVersion;
        _pods.Add(Pod("b"));
        Assert.Single(Store.ReadAt(version)!.Objects);
        Assert.Equal(2, Store.Read().Objects.Count);
        Store.Compact();
        Assert.Null(Store.ReadAt(version));
    }

    [Fact]
    public void A_subscriber_that_resumes_sees_every_change_since_once()
    {
        _pods.Add(Pod("a"));
        long version = Store.Read().ResourceVersion;
        _pods.Add(Pod("b"));
        var seen = new List<string>();
        using IDisposable? subscription = Store.SubscribeAfter(version, change => seen.Add($"{change.Change} {change.Object.Name}"));
        _pods.Remove("default", "b");
        Assert.Equal(["Added b", "Deleted b"], seen);
    }

    [Fact]
    public void A_subscriber_cannot_resume_from_a_compacted_version()
    {
        _pods.Add(Pod("a"));
        long version = Store.Read().ResourceVersion;
        _pods.Add(Pod("b"));
        Store.Compact();
        Assert.Null(Store.SubscribeAfter(version, _ => { }));
    }

    [Fact]
    public async Task No_update_is_lost_when_many_write_at_once()
    {
        const int writers = 8;
        const int writes = 50;
        _pods.Add(Pod("a"));
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(() =>
        {
            for (int write = 0; write < writes; write++)
            {
                _pods.Update("default", "a", pod =>
                {
                    pod["count"] = ((int?)pod["count"] ?? 0) + 1;
                    return true;
                });
            }
        })));
        Assert.Equal(writers * writes, (int)_pods.Get("default", "a")!["count"]!);
    }

    [Fact]
    public void A_pod_with_finalizers_stays_when_it_is_removed()
    {
        JsonObject pod = Pod("a");
        pod["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        _pods.Add(pod);
        Assert.Null(_pods.Remove("default", "a"));
        Assert.NotNull(_pods.Get("default", "a"));
    }

    [Fact]
    public void Names_sort_by_the_whole_key_as_in_etcd()
    {
        foreach (string podNamespace in (string[])["b", "a", "a-b"])
        {
            JsonObject pod = Pod("x");
            pod["metadata"]!["namespace"] = podNamespace;
            _pods.Add(pod);
        }

        Assert.Equal(["a-b/x", "a/x", "b/x"], Store.Read().Objects.Keys);
    }

    private static JsonObject Pod(string name) => new()
    {
        ["metadata"] = new JsonObject { ["namespace"] = "default", ["name"] = name },
    };
}
