using System.Threading.Channels;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>
/// The controllers of the simulated cluster: whenever a workload or one of its pods changes, each brings what is there
/// one step closer to what is wanted.
/// </summary>
internal sealed class ControllerManager : IAsyncDisposable
{
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<IDisposable> _subscriptions = [];
    private readonly IController[] _controllers;
    private readonly Cluster _cluster;
    private readonly Task _working;

    public ControllerManager(ResourceRegistry registry, Cluster cluster)
    {
        _cluster = cluster;
        _controllers =
        [
            new GarbageCollector(cluster), new DeploymentController(cluster), new ReplicaSetController(cluster),
            new StatefulSetController(cluster), new DaemonSetController(cluster), new JobController(cluster),
        ];
        foreach (ResourceDefinition workload in registry.Workloads)
        {
            _subscriptions.Add(workload.Store.Subscribe(_ => { }, _ => WakeUp()));
        }

        _subscriptions.Add(registry.Pods.Store.Subscribe(_ => { }, change =>
        {
            if (change.Object.Controller is not null)
            {
                WakeUp();
            }
        }));
        _working = Task.Run(WorkAsync);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        await _stopping.CancelAsync();
        await _working;
        _stopping.Dispose();
    }

    private void WakeUp() => _wakeUps.Writer.TryWrite(true);

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                await _wakeUps.Reader.ReadAsync(_stopping.Token);
                foreach (IController controller in _controllers)
                {
                    _cluster.Refresh();
                    controller.Synchronize();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The cluster stops.
        }
    }
}

/// <summary>Brings what is there closer to what one kind of workload wants.</summary>
internal interface IController
{
    void Synchronize();
}
