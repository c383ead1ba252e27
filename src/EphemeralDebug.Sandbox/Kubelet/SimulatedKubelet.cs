using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Kubelet.PortForward;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>
/// The node of the simulated cluster. It runs every pod of the store that nobody else is to schedule: its own
/// simulated processes in place of containers, and the endpoints that a kubelet serves for them.
/// </summary>
internal sealed class SimulatedKubelet : IKubelet, IAsyncDisposable
{
    private readonly PodStore _store;
    private readonly KubeletOptions _options;
    private readonly TimeProvider _time;
    private readonly NodeMachine _machine;
    private readonly NodeServices _services;
    private readonly ConcurrentDictionary<string, PodWorker> _workers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task _watching = Task.CompletedTask;

    public SimulatedKubelet(PodStore store, EventRecorder recorder, KubeletOptions options, TimeProvider time)
    {
        _store = store;
        _options = options;
        _time = time;
        _machine = new NodeMachine(options, time);
        var events = new NodeEvents(recorder, options.NodeName);
        _services = new NodeServices(store, options, _machine, new ContainerStarter(new ImageStore(options, time), events, time), events, time);
    }

    /// <summary>Begins to run the pods of the store.</summary>
    public void Start()
    {
        PodSubscription subscription = _store.Subscribe();
        _watching = Task.Run(() => WatchAsync(subscription));
    }

    public async Task ExecAsync(HttpContext context, string podNamespace, string podName) =>
        await new ExecEndpoint(context, await FindPodAsync(podNamespace, podName, context.RequestAborted)).AnswerAsync();

    public async Task AttachAsync(HttpContext context, string podNamespace, string podName) =>
        await new AttachEndpoint(context, await FindPodAsync(podNamespace, podName, context.RequestAborted)).AnswerAsync();

    public async Task PortForwardAsync(HttpContext context, string podNamespace, string podName) =>
        await new PortForwardEndpoint(context, await FindPodAsync(podNamespace, podName, context.RequestAborted), _time).AnswerAsync();

    public async Task LogAsync(HttpContext context, string podNamespace, string podName) =>
        await new LogEndpoint(context, await FindPodAsync(podNamespace, podName, context.RequestAborted), _time).AnswerAsync();

    public async Task TerminateAsync(string podNamespace, string podName, TimeSpan gracePeriod)
    {
        if (_store.Get(podNamespace, podName) is not { } pod)
        {
            return;
        }

        string id = PodWorker.GetId(pod);
        if (gracePeriod <= TimeSpan.Zero)
        {
            // Gone at once; the containers follow when the store tells of it.
            Remove(podNamespace, podName, id);
            return;
        }

        if (_workers.TryRemove(id, out PodWorker? worker))
        {
            await using (worker)
            {
                await worker.StopAsync(gracePeriod);
            }
        }

        Remove(podNamespace, podName, id);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        await Task.WhenAll(_workers.Values.Select(worker => worker.DisposeAsync().AsTask()));
        _machine.Dispose();
        _stopping.Dispose();
    }

    private async Task WatchAsync(PodSubscription subscription)
    {
        using (subscription)
        {
            try
            {
                await foreach (PodEvent change in subscription.Events.ReadAllAsync(_stopping.Token))
                {
                    Handle(change);
                }
            }
            catch (OperationCanceledException)
            {
                // The kubelet stops.
            }
        }
    }

    private void Handle(PodEvent change)
    {
        string id = PodWorker.GetId(change.Pod);
        if (change.Change == PodChange.Deleted)
        {
            if (_workers.TryRemove(id, out PodWorker? worker))
            {
                _ = worker.DisposeAsync().AsTask();
            }
        }
        else if (_workers.TryGetValue(id, out PodWorker? worker))
        {
            worker.WakeUp();
        }
        else if (IsMine(change.Pod))
        {
            if (!new PodView(change.Pod, Worker: null).HasNode)
            {
                _services.Events.Scheduled(change.Pod);
            }

            TakeOn(id, change.Pod);
        }
    }

    private bool IsMine(JsonObject pod)
    {
        JsonNode? spec = pod["spec"];
        string node = (string?)spec?["nodeName"] ?? "";
        bool isForMe = node.Length == 0 ? (string?)spec?["schedulerName"] is null or "default-scheduler" : node == _options.NodeName;
        return isForMe && pod["metadata"]?["deletionTimestamp"] is null && (string?)pod["status"]?["phase"] is not ("Succeeded" or "Failed");
    }

    /// <summary>A pod that has run since before the sandbox started gets its processes when something wants to reach them.</summary>
    private async Task<PodView> FindPodAsync(string podNamespace, string podName, CancellationToken cancellation)
    {
        JsonObject pod = _store.Get(podNamespace, podName) ?? throw new InvalidOperationException($"There is no pod {podNamespace}/{podName}.");
        string id = PodWorker.GetId(pod);
        PodWorker? worker = _workers.GetValueOrDefault(id);
        if (PodWorker.IsRunning(pod) && IsMine(pod))
        {
            worker ??= TakeOn(id, pod);
            await worker.Settled.WaitAsync(cancellation);
        }

        return new PodView(pod, worker) { IsLegacy = _options.IsLegacy };
    }

    private PodWorker TakeOn(string id, JsonObject pod)
    {
        lock (_gate)
        {
            return _workers.GetOrAdd(id, _ => new PodWorker(_services, pod));
        }
    }

    /// <summary>Takes the pod out of the store; one that a finalizer holds stays, with nothing left to wait for.</summary>
    private void Remove(string podNamespace, string podName, string id)
    {
        bool isHeld = false;
        _store.Update(podNamespace, podName, pod =>
        {
            if (PodWorker.GetId(pod) != id)
            {
                return false;
            }

            var metadata = (JsonObject)pod["metadata"]!;
            isHeld = metadata["finalizers"] is JsonArray { Count: > 0 };
            bool changes = (long?)metadata["deletionGracePeriodSeconds"] != 0;
            metadata["deletionGracePeriodSeconds"] = 0;
            return changes;
        });
        if (!isHeld && _store.Get(podNamespace, podName) is { } left && PodWorker.GetId(left) == id)
        {
            _store.Remove(podNamespace, podName);
        }
    }
}

/// <summary>A pod as a request sees it: its object, and its worker if the pod runs here.</summary>
internal sealed record PodView(JsonObject Pod, PodWorker? Worker)
{
    /// <summary>Whether the node speaks as those of Kubernetes 1.20.</summary>
    public bool IsLegacy { get; init; }

    public string Namespace => (string)Pod["metadata"]!["namespace"]!;

    public string Name => (string)Pod["metadata"]!["name"]!;

    public bool HasNode => (string?)Pod["spec"]?["nodeName"] is { Length: > 0 };

    /// <summary>Whether its containers have ended for good.</summary>
    public bool IsOver => (string?)Pod["status"]?["phase"] is "Succeeded" or "Failed";

    /// <summary>The container's run, if it is running.</summary>
    public ContainerRun? FindRunning(string container) =>
        Worker?.Find(container)?.Current is { IsRunning: true } run ? run : null;
}
