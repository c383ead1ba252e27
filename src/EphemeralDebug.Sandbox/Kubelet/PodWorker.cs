using System.Text.Json.Nodes;
using System.Threading.Channels;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>What the workers of all pods use.</summary>
internal sealed record NodeServices(PodStore Store, KubeletOptions Options, NodeMachine Machine, ContainerStarter Starter, NodeEvents Events, TimeProvider Time);

/// <summary>
/// Brings one pod to the state that its specification asks for, one step after the other, as a kubelet's pod worker:
/// while it pulls an image, nothing else of the pod is started and no status is written.
/// </summary>
internal sealed class PodWorker : IAsyncDisposable
{
    private readonly NodeServices _node;
    private readonly string _podNamespace;
    private readonly string _podName;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly List<ContainerRecord> _records = [];
    private readonly Task _working;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The pod ran before this worker was there, and nobody is to see that it is taken over.</summary>
    private bool _takingOver;
    private DateTimeOffset? _nextTry;

    public PodWorker(NodeServices node, JsonObject pod)
    {
        _node = node;
        _podNamespace = (string)pod["metadata"]!["namespace"]!;
        _podName = (string)pod["metadata"]!["name"]!;
        Id = GetId(pod);
        _takingOver = IsRunning(pod);
        Runtime = new PodRuntime(pod, node.Machine, node.Time);
        _working = Task.Run(WorkAsync);
    }

    /// <summary>The pod's uid.</summary>
    public string Id { get; }

    /// <summary>What the pod's containers share.</summary>
    public PodRuntime Runtime { get; }

    public static string GetId(JsonObject pod) =>
        (string?)pod["metadata"]?["uid"] ?? $"{pod["metadata"]?["namespace"]}/{pod["metadata"]?["name"]}";

    /// <summary>Completes when the worker has done what there was to do at first.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Whether a pod's status says that it runs.</summary>
    public static bool IsRunning(JsonObject pod) => (string?)pod["status"]?["phase"] == "Running";

    /// <summary>The pod or one of its containers has changed.</summary>
    public void WakeUp() => _wakeUps.Writer.TryWrite(true);

    /// <summary>The container's record, or null when the worker has not seen it yet.</summary>
    public ContainerRecord? Find(string container)
    {
        lock (_gate)
        {
            return _records.Find(record => record.Spec.Name == container);
        }
    }

    /// <summary>Ends the containers, writes the last status, and stops working.</summary>
    public async Task StopAsync(TimeSpan gracePeriod)
    {
        await _stopping.CancelAsync();
        await _working;
        await Task.WhenAll(Records.Where(record => record.Current is { IsRunning: true }).Select(record => StopAsync(record, gracePeriod)));
        Runtime.Stop();
        Publish(isFinal: true);
    }

    private async Task StopAsync(ContainerRecord record, TimeSpan gracePeriod)
    {
        if (_node.Store.Get(_podNamespace, _podName) is { } pod && GetId(pod) == Id)
        {
            _node.Events.Killing(pod, record.Spec);
        }

        await record.Current!.StopAsync(gracePeriod);
    }

    /// <summary>Ends what still runs, at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _stopping.Dispose();
    }

    private ContainerRecord[] Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                await SynchronizeAsync();
                await WaitAsync();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The pod ends.
        }
        finally
        {
            _settled.TrySetResult();
        }
    }

    private async Task SynchronizeAsync()
    {
        _nextTry = null;
        JsonObject? pod = _node.Store.Get(_podNamespace, _podName);
        if (pod is null || GetId(pod) != Id)
        {
            return;
        }

        bool isOver = (string?)pod["status"]?["phase"] is "Succeeded" or "Failed" || pod["metadata"]?["deletionTimestamp"] is not null;
        if (!isOver)
        {
            Register(pod);
        }

        if (!_takingOver)
        {
            Publish();
        }

        if (isOver)
        {
            return;
        }

        await StartContainersAsync(pod);
        if (_takingOver)
        {
            // What targets another container has had to wait for that one.
            _takingOver = false;
            await StartContainersAsync(pod);
        }

        Publish();
        _settled.TrySetResult();
        await FinishAsync();
    }

    /// <summary>A pod whose containers are all through takes what is left of its ephemeral ones with it.</summary>
    private async Task FinishAsync()
    {
        JsonObject? pod = _node.Store.Get(_podNamespace, _podName);
        if ((string?)pod?["status"]?["phase"] is "Succeeded" or "Failed")
        {
            await Task.WhenAll(Records.Where(record => record.Current is { IsRunning: true }).Select(record => record.Current!.StopAsync(TimeSpan.Zero)));
            Runtime.Stop();
            Publish();
        }
    }

    private void Register(JsonObject pod)
    {
        lock (_gate)
        {
            foreach (ContainerSpec spec in ContainerSpec.AllOf(pod))
            {
                if (!_records.Exists(record => record.Spec.Name == spec.Name))
                {
                    _records.Add(new ContainerRecord(spec, _node.Options) { Earlier = _takingOver ? StatusOf(pod, spec) : null });
                }
            }
        }
    }

    private static JsonObject? StatusOf(JsonObject pod, ContainerSpec spec)
    {
        string list = spec.Kind switch
        {
            ContainerKind.Init => "initContainerStatuses",
            ContainerKind.Ephemeral => "ephemeralContainerStatuses",
            _ => "containerStatuses",
        };
        return ContainerSpec.Objects(pod["status"]?[list]).FirstOrDefault(status => (string?)status["name"] == spec.Name);
    }

    private async Task StartContainersAsync(JsonObject pod)
    {
        ContainerRecord[] records = Records;
        string restartPolicy = (string?)pod["spec"]?["restartPolicy"] ?? "Always";
        bool IsNext(ContainerRecord record) => record is { Spec.Kind: ContainerKind.Ephemeral, Current: null, HasEndedEarlier: false };
        foreach (ContainerRecord record in records.Where(record => !_takingOver && IsNext(record)))
        {
            await TryStartAsync(record, pod);
        }

        foreach (ContainerRecord record in records.Where(record => record.Spec.Kind == ContainerKind.Init))
        {
            if (record.Current is not { Termination.ExitCode: 0 })
            {
                await StartIfNeededAsync(record, pod, restartPolicy);
                return;
            }
        }

        foreach (ContainerRecord record in records.Where(record => record.Spec.Kind == ContainerKind.Regular))
        {
            await StartIfNeededAsync(record, pod, restartPolicy);
        }
    }

    private async Task StartIfNeededAsync(ContainerRecord record, JsonObject pod, string restartPolicy)
    {
        if (!record.ShouldRun(restartPolicy))
        {
            return;
        }

        if (record.Current?.Termination is { } termination)
        {
            DateTimeOffset next = record.RestartBackOff.Until(termination.FinishedAt);
            if (next > _node.Time.GetUtcNow())
            {
                string pause = ((int)record.RestartBackOff.Current.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
                record.Failure = new WaitingReason("CrashLoopBackOff", $"back-off {pause}s restarting failed container={record.Spec.Name} pod={_podName}_{_podNamespace}({Id})");
                _node.Events.RestartBacksOff(pod, record.Spec);
                TryAgainAt(next);
                return;
            }

            record.RestartBackOff.Next();
        }

        await TryStartAsync(record, pod);
    }

    private async Task TryStartAsync(ContainerRecord record, JsonObject pod)
    {
        try
        {
            await _node.Starter.StartAsync(record, pod, Runtime, Find, _stopping.Token);
            _ = WakeUpAtEndAsync(record.Current!);
        }
        catch (ContainerStartException exception)
        {
            record.Failure = exception.Waiting;
            _node.Events.Failed(pod, record.Spec, exception.Error);
            TryAgainAt(_node.Time.GetUtcNow() + _node.Options.RetryPeriod);
        }
    }

    private async Task WakeUpAtEndAsync(ContainerRun run)
    {
        await run.Ended;
        WakeUp();
    }

    private void TryAgainAt(DateTimeOffset time) => _nextTry = _nextTry is { } earlier && earlier < time ? earlier : time;

    private async Task WaitAsync()
    {
        Task<bool> woken = _wakeUps.Reader.ReadAsync(_stopping.Token).AsTask();
        if (_nextTry is { } time)
        {
            TimeSpan pause = time - _node.Time.GetUtcNow();
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            Task timer = Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _node.Time, enough.Token);
            if (await Task.WhenAny(woken, timer) == timer)
            {
                // The read takes the next wake-up instead of the round after this one.
                WakeUp();
            }

            await enough.CancelAsync();
        }

        await woken;
    }

    private void Publish(bool isFinal = false)
    {
        _node.Store.Update(_podNamespace, _podName, pod =>
        {
            if (GetId(pod) != Id)
            {
                return false;
            }

            JsonNode before = pod.DeepClone();
            ApplyTo(pod, isFinal);
            return !JsonNode.DeepEquals(before, pod);
        });
    }

    private void ApplyTo(JsonObject pod, bool isFinal)
    {
        var builder = new PodStatusBuilder(pod, Records, isFinal, _node.Options.IsLegacy);
        DateTimeOffset now = _node.Time.GetUtcNow();
        pod["spec"]!["nodeName"] = _node.Options.NodeName;
        JsonObject status = pod["status"] as JsonObject ?? [];
        bool wasOver = (string?)status["phase"] is "Succeeded" or "Failed";
        string phase = wasOver ? (string)status["phase"]! : builder.Phase();
        status["phase"] = phase;
        status["conditions"] = PodConditions.Update(status["conditions"] as JsonArray, now, phase, builder.IsInitialized, builder.IsReady && !isFinal);
        status["hostIP"] = _node.Options.NodeAddress;
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = _node.Options.NodeAddress });
        status["podIP"] = Runtime.Address;
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = Runtime.Address });
        status["startTime"] ??= PodStatusBuilder.Format(now);
        foreach ((string field, ContainerKind kind) in ((string, ContainerKind)[])
            [("initContainerStatuses", ContainerKind.Init), ("containerStatuses", ContainerKind.Regular), ("ephemeralContainerStatuses", ContainerKind.Ephemeral)])
        {
            if (builder.ContainerStatuses(kind) is { Count: > 0 } statuses)
            {
                status[field] = statuses;
            }
        }

        pod["status"] = status;
    }
}
