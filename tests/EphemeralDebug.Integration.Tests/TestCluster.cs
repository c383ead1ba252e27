using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;
using EphemeralDebug.Debugging;
using EphemeralDebug.Sandbox.Hosting;

namespace EphemeralDebug.Integration.Tests;

/// <summary>
/// The cluster of the tests: one named by EPHEMERALDEBUG_TEST_KUBECONFIG, or else a sandbox of their own. The tests work
/// in a namespace that is made for them and removed afterwards.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    public const string KubeConfigVariable = "EPHEMERALDEBUG_TEST_KUBECONFIG";

    /// <summary>An image that has a shell.</summary>
    public const string Image = "busybox:1.36";

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
    private int _pods;
    private SandboxServer? _sandbox;
    private ClusterSession? _session;

    /// <summary>More than any step takes, on a slow cluster too.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(2);

    /// <summary>The cluster is not the tests' own: what would break it for others is not tried.</summary>
    public static bool IsForeign => Environment.GetEnvironmentVariable(KubeConfigVariable) is { Length: > 0 };

    public string Namespace { get; } = $"ephemeraldebug-test-{Guid.NewGuid().ToString("N")[..8]}";

    public string KubeConfig { get; private set; } = "";

    internal ClusterSession Session => _session ?? throw new InvalidOperationException("The cluster has not been started.");

    /// <summary>The nodes that take pods.</summary>
    internal IReadOnlyList<NodeCapacity> Nodes { get; private set; } = [];

    /// <summary>The simulated cluster, or null on a real one.</summary>
    internal SandboxServer? Sandbox => _sandbox;

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(KubeConfigVariable) is { Length: > 0 } path)
        {
            KubeConfig = path;
        }
        else
        {
            _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
            KubeConfig = Path.Combine(_folder, "kubeconfig");
            _sandbox.WriteKubeConfig(KubeConfig);
        }

        _session = Open();
        await PostAsync("api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } });
        await MakeServiceAccountAsync();
        Nodes = await ReadNodesAsync();
    }

    public async Task DisposeAsync()
    {
        if (_session is not null)
        {
            using HttpResponseMessage response = await _session.Client.SendAsync(
                new HttpRequestMessage(HttpMethod.Delete, _session.Client.Resolve($"api/v1/namespaces/{Namespace}")),
                new ApiAction("delete", "namespaces", Name: Namespace),
                CancellationToken.None);
            _session.Dispose();
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A session of its own, by default as administrator.</summary>
    internal ClusterSession Open(string? context = null, TimeProvider? time = null) => new(Load(context), time ?? TimeProvider.System);

    /// <summary>A session that reaches the sandbox by another port of this machine.</summary>
    internal ClusterSession OpenThrough(int port)
    {
        ClusterConfiguration configuration = Load(context: null);
        return new ClusterSession(
            configuration with { Server = new UriBuilder(configuration.Server) { Port = port }.Uri }, TimeProvider.System);
    }

    /// <summary>Makes a pod with the container app, and waits until it runs.</summary>
    internal async Task<string> CreatePodAsync(JsonObject? specChanges = null, TimeSpan? limit = null)
    {
        string name = $"pod-{Guid.NewGuid().ToString("N")[..8]}";
        var spec = new JsonObject
        {
            ["terminationGracePeriodSeconds"] = 1,
            ["automountServiceAccountToken"] = false,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "app",
                ["image"] = Image,
                ["command"] = new JsonArray("sleep", "1000000"),
            }),
        };
        if (Nodes.Count > 0)
        {
            // What is tested needs no scheduler, so that a cluster without one will do.
            spec["nodeName"] = Nodes[Interlocked.Increment(ref _pods) % Nodes.Count].Name;
        }

        foreach ((string key, JsonNode? value) in specChanges ?? [])
        {
            spec[key] = value?.DeepClone();
        }

        await PostAsync(
            $"api/v1/namespaces/{Namespace}/pods",
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec });
        await WaitForPhaseAsync(name, "Running", limit ?? Limit);
        return name;
    }

    /// <summary>Adds a container that waits to be entered, and waits until it runs.</summary>
    internal async Task<EphemeralContainer> AddWaitingAsync(string pod, string? target = null) => await AddAsync(
        pod, WaitingCommand.Apply(new ContainerOptions { Image = Image, Target = target }, WaitingCommand.NewId()));

    /// <summary>Adds a container and waits for it.</summary>
    internal async Task<EphemeralContainer> AddAsync(string pod, ContainerOptions options, WaitOptions? wait = null)
    {
        wait ??= new WaitOptions { Timeout = Limit };
        using var limit = new CancellationTokenSource(Limit + wait.Timeout);
        var creator = new ContainerCreator(Session);
        ContainerPlan plan = await creator.PlanAsync(Namespace, pod, options, limit.Token);
        PodResource changed = await creator.ApplyAsync(plan, limit.Token);
        return await new ContainerWaiter(Session, TimeProvider.System).WaitAsync(
            changed, plan.Name, wait, progress: null, limit.Token);
    }

    internal async Task<PodResource> GetPodAsync(string pod) => await Session.Pods.GetAsync(Namespace, pod, CancellationToken.None);

    /// <summary>
    /// No pod is admitted before its namespace has this account, which a controller makes some moments after the
    /// namespace, where there is one.
    /// </summary>
    private async Task MakeServiceAccountAsync()
    {
        try
        {
            await PostAsync(
                $"api/v1/namespaces/{Namespace}/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default" } });
        }
        catch (KubernetesStatusException exception) when (exception.StatusCode
            is HttpStatusCode.Conflict or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented)
        {
            // It is there already, or the cluster is a simulation that knows no accounts.
        }
    }

    private async Task<IReadOnlyList<NodeCapacity>> ReadNodesAsync()
    {
        JsonObject list = await Session.Client.GetObjectAsync("api/v1/nodes", new ApiAction("list", "nodes"), CancellationToken.None);
        return [.. list["items"]!.AsArray().Select(NodeCapacity.Read).OfType<NodeCapacity>()];
    }

    private ClusterConfiguration Load(string? context) => new KubeConfigLoader().Load(
        new ConfigurationRequest { KubeConfigPath = KubeConfig, Namespace = Namespace, Context = context });

    /// <summary>
    /// Asks again and again: the session's watch remembers pods with ephemeral containers alone, and may be ahead of who
    /// waits for another.
    /// </summary>
    private async Task WaitForPhaseAsync(string pod, string phase, TimeSpan longest)
    {
        using var limit = new CancellationTokenSource(longest);
        while ((await Session.Pods.GetAsync(Namespace, pod, limit.Token)).Status?.Phase != phase)
        {
            await Task.Delay(s_pollInterval, limit.Token);
        }
    }

    private async Task PostAsync(string path, JsonObject body)
    {
        using HttpResponseMessage response = await Session.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Session.Client.Resolve(path))
            {
                // Pods that the module's own client makes are debug pods, and these are not.
                Headers = { UserAgent = { new ProductInfoHeaderValue("tests", "1") } },
                Content = new StringContent(body.ToJsonString(), Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
            },
            new ApiAction("create", path),
            CancellationToken.None);
    }
}

/// <summary>The tests that share one cluster.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterTests : ICollectionFixture<TestCluster>
{
    public const string Name = "Cluster";
}
