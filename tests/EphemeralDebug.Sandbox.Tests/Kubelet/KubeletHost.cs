using System.Net.WebSockets;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EphemeralDebug.Sandbox.Tests.Kubelet;

/// <summary>A kubelet with a store, behind a real HTTP server without anything else of an API server.</summary>
internal sealed class KubeletHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _server;

    private KubeletHost(WebApplication server, PodStore store, SimulatedKubelet kubelet)
    {
        _server = server;
        Store = store;
        Kubelet = kubelet;
        Client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
    }

    public PodStore Store { get; }

    public SimulatedKubelet Kubelet { get; }

    public HttpClient Client { get; }

    public static async Task<KubeletHost> StartAsync(KubeletOptions? options = null)
    {
        var store = new PodStore();
        var events = new EventRecorder(new ObjectStore(new Revision()), TimeProvider.System);
        var kubelet = new SimulatedKubelet(store, events, options ?? new KubeletOptions { RetryPeriod = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication server = builder.Build();
        server.UseWebSockets();
        const string Pod = "/api/v1/namespaces/{ns}/pods/{pod}/";
        server.Map(Pod + "exec", (HttpContext context, string ns, string pod) => kubelet.ExecAsync(context, ns, pod));
        server.Map(Pod + "attach", (HttpContext context, string ns, string pod) => kubelet.AttachAsync(context, ns, pod));
        server.Map(Pod + "portforward", (HttpContext context, string ns, string pod) => kubelet.PortForwardAsync(context, ns, pod));
        server.Map(Pod + "log", (HttpContext context, string ns, string pod) => kubelet.LogAsync(context, ns, pod));
        await server.StartAsync();
        kubelet.Start();
        return new KubeletHost(server, store, kubelet);
    }

    /// <summary>Adds a pod in namespace <c>test</c> from the JSON of its spec.</summary>
    public void AddPod(string name, string spec)
    {
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "test", ["uid"] = Guid.NewGuid().ToString() },
            ["spec"] = JsonNode.Parse(spec),
            ["status"] = new JsonObject { ["phase"] = "Pending" },
        };
        Assert.True(Store.Add(pod));
    }

    /// <summary>A pod with one container <c>app</c> that sleeps, already running.</summary>
    public async Task AddSleepingPodAsync(string name)
    {
        AddPod(name, """{"containers":[{"name":"app","image":"busybox:1.36","command":["sleep","1000000"]}]}""");
        await WaitForStateAsync(name, "app", "running");
    }

    public void AddEphemeral(string pod, string container) => Assert.True(Store.Update("test", pod, stored =>
    {
        var spec = (JsonObject)stored["spec"]!;
        var containers = spec["ephemeralContainers"] as JsonArray ?? [];
        spec["ephemeralContainers"] = containers.Parent is null ? containers : containers.DeepClone();
        ((JsonArray)spec["ephemeralContainers"]!).Add(JsonNode.Parse(container));
        return true;
    }));

    /// <summary>Waits until a container is running, terminated, or waiting for a reason; returns its status.</summary>
    public Task<JsonObject> WaitForStateAsync(string pod, string container, string state, string? reason = null) => WaitAsync(pod, stored =>
    {
        JsonObject? status = FindStatus(stored, container);
        JsonNode? found = status?["state"]?[state];
        return found is not null && (reason is null || (string?)found["reason"] == reason) ? status : null;
    });

    public async Task<T> WaitAsync<T>(string pod, Func<JsonObject, T?> condition)
        where T : class
    {
        using var limit = new CancellationTokenSource(Patience);
        using PodSubscription subscription = Store.Subscribe();
        await foreach (PodEvent change in subscription.Events.ReadAllAsync(limit.Token))
        {
            if ((string?)change.Pod["metadata"]?["name"] == pod && condition(change.Pod) is { } found)
            {
                return found;
            }
        }

        throw new TimeoutException();
    }

    public static JsonObject? FindStatus(JsonObject pod, string container) =>
        new[] { "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses" }
            .SelectMany(list => (pod["status"]?[list] as JsonArray ?? []).OfType<JsonObject>())
            .FirstOrDefault(status => (string?)status["name"] == container);

    public Task<string> GetLogAsync(string pod, string query = "") => Client.GetStringAsync($"/api/v1/namespaces/test/pods/{pod}/log?{query}");

    /// <summary>Waits for the first line of a container's log.</summary>
    public async Task<string> ReadFirstLineAsync(string pod, string container)
    {
        await using Stream stream = await Client.GetStreamAsync($"/api/v1/namespaces/test/pods/{pod}/log?container={container}&follow=true");
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() + "\n";
    }

    /// <summary>Opens exec, attach or port-forward with protocol v5, or another.</summary>
    public async Task<ChannelClient> OpenAsync(string pod, string query, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        foreach (string protocol in protocols.Length == 0 ? ["v5.channel.k8s.io"] : protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        using var limit = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new Uri($"ws://{Client.BaseAddress!.Authority}/api/v1/namespaces/test/pods/{pod}/{query}"), limit.Token);
        return new ChannelClient(socket, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Kubelet.DisposeAsync();
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }
}
