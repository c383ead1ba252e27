using System.Text.Json.Nodes;
using System.Threading.Channels;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using EphemeralDebug.Sandbox.Tests.Replay;

namespace EphemeralDebug.Sandbox.Tests.Workloads;

/// <summary>A sandbox whose workloads a test writes through the API and waits for in its stores.</summary>
internal sealed class WorkloadHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClusterUnderTest _cluster;

    private WorkloadHost(ClusterUnderTest cluster) => _cluster = cluster;

    public static async Task<WorkloadHost> StartAsync() =>
        new(await ClusterUnderTest.StartAsync(new SandboxOptions(), [], CancellationToken.None));

    /// <summary>Sends a request as the administrator; fails when it is refused.</summary>
    public async Task<JsonObject> SendAsync(string method, string path, string? body = null, string contentType = "application/json")
    {
        var request = new JsonObject { ["method"] = method, ["path"] = path, ["contentType"] = contentType };
        if (body is not null)
        {
            request["bodyText"] = body;
        }

        JsonObject answer = await new HttpStep(_cluster, "admin", request).PlayAsync(events: false, CancellationToken.None);
        Assert.True(answer.Integer("status") is 200 or 201, answer.ToJsonString());
        return answer.Object("body")!;
    }

    public Task<JsonObject> CreateAsync(string path, string kind, string name, string spec, string apiVersion = "apps/v1") => SendAsync(
        "POST", path, $$"""{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","metadata":{"name":"{{name}}"},"spec":{{spec}}}""");

    /// <summary>The pods of the namespace "default" whose names begin so, by name.</summary>
    public IReadOnlyList<StoredObject> Pods(string prefix) =>
        [.. _cluster.Server.Resources.Pods.Store.Read().Objects.Values.Where(pod => pod.Name.StartsWith(prefix, StringComparison.Ordinal))];

    public JsonObject? Find(string kind, string name) => _cluster.Server.Resources.StoreOf(kind).Get("default", name)?.Value;

    public IReadOnlyList<StoredObject> All(string kind) => [.. _cluster.Server.Resources.StoreOf(kind).Read().Objects.Values];

    /// <summary>Waits until something holds, which is looked at with every change of a pod or a workload.</summary>
    public async Task UntilAsync(Func<bool> condition, string description)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var limit = new CancellationTokenSource(Patience);
        var subscriptions = _cluster.Server.Resources.Workloads
            .Append(_cluster.Server.Resources.Pods)
            .Select(resource => resource.Store.Subscribe(_ => { }, _ => changes.Writer.TryWrite(true)))
            .ToList();
        try
        {
            while (!condition())
            {
                await changes.Reader.ReadAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not become true that {description}.");
        }
        finally
        {
            subscriptions.ForEach(subscription => subscription.Dispose());
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
