using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Integration.Tests;

[Collection(ClusterTests.Name)]
public sealed class DebugPodTests(TestCluster cluster)
{
    private DebugPodCreator Creator => new(cluster.Session);

    private DebugPodReader Reader => new(cluster.Session);

    [Fact]
    public async Task A_copy_runs_is_found_and_is_removed()
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        string pod = await cluster.CreatePodAsync();
        (PodPlan plan, DebugPod copy) = await CopyAsync(pod, limit.Token);
        Assert.Equal((DebugPodKind.Copy, pod, plan.Container), (copy.Kind, copy.SourcePod, copy.Container));
        await WaitAsync(copy, limit.Token);

        DebugPod found = Assert.Single(await ListAsync(limit.Token), p => p.Name == copy.Name);
        Assert.Equal(("Running", "EphemeralDebug", plan.Container), (found.Phase, found.CreatedBy, found.Container));

        var remover = new DebugPodRemover(cluster.Session);
        await remover.DeleteAsync(found, gracePeriodSeconds: null, limit.Token);
        await remover.WaitUntilGoneAsync(found, TestCluster.Limit, limit.Token);
        Assert.DoesNotContain(await ListAsync(limit.Token), p => p.Name == copy.Name);
        Assert.Equal("Running", (await cluster.GetPodAsync(pod)).Status?.Phase);
    }

    [Fact]
    public async Task A_pod_on_a_node_runs_there_and_a_shell_in_it_has_an_exit_code()
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        string node = (await cluster.GetPodAsync(await cluster.CreatePodAsync())).Spec!.NodeName!;
        var options = new PodContainerOptions { Image = TestCluster.Image, Waits = true };
        PodPlan plan = await Creator.PlanNodePodAsync(node, cluster.Namespace, options, limit.Token);
        DebugPod pod = Reader.Read(await Creator.CreateAsync(plan, limit.Token), plan);
        EphemeralContainer container = await WaitAsync(pod, limit.Token);
        Assert.Equal((DebugPodKind.Node, node), (pod.Kind, pod.Node));
        Assert.Equal(DebugPodKind.Node, (await Reader.GetAsync(cluster.Namespace, pod.Name, limit.Token)).Kind);

        await using RemoteShell shell = await RemoteShell.OpenAsync(
            cluster.Session, container, new ShellOptions { Command = ["sh", "-c", "exit 5"] }, limit.Token);
        byte[] buffer = new byte[1024];
        while (await shell.Stream.ReadAsync(buffer, limit.Token) is { Data.IsEmpty: false })
        {
            // What it prints is not looked at here.
        }

        Assert.Equal(5, await shell.ReadExitCodeAsync(limit.Token));
        await new DebugPodRemover(cluster.Session).DeleteAsync(pod, gracePeriodSeconds: 0, limit.Token);
    }

    [Fact]
    public async Task A_replacement_deletes_the_original_at_once()
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        string pod = await cluster.CreatePodAsync();
        PodResource original = await cluster.GetPodAsync(pod);
        (PodPlan plan, DebugPod copy) = await CopyAsync(pod, limit.Token);
        await Creator.DeleteSourceAsync(plan, limit.Token);
        await new DebugPodRemover(cluster.Session).WaitUntilGoneAsync(
            new DebugPod(cluster.Namespace, pod) { Uid = original.Metadata?.Uid }, TestCluster.Limit, limit.Token);
        await new DebugPodRemover(cluster.Session).DeleteAsync(copy, gracePeriodSeconds: 0, limit.Token);
    }

    [Fact]
    public async Task Other_pods_are_neither_listed_nor_taken_for_debug_pods()
    {
        string pod = await cluster.CreatePodAsync();
        await cluster.AddWaitingAsync(pod);
        Assert.DoesNotContain(await ListAsync(CancellationToken.None), p => p.Name == pod);
    }

    [Fact]
    public async Task A_pod_that_took_the_name_of_a_debug_pod_is_not_deleted()
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        string pod = await cluster.CreatePodAsync();
        var gone = new DebugPod(cluster.Namespace, pod) { Uid = "00000000-0000-0000-0000-000000000000" };
        await new DebugPodRemover(cluster.Session).DeleteAsync(gone, gracePeriodSeconds: 0, limit.Token);
        Assert.Null((await cluster.GetPodAsync(pod)).Metadata?.DeletionTimestamp);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => Reader.GetAsync(cluster.Namespace, pod, gone.Uid, limit.Token));
        Assert.Equal("PodDeleted", failure.ErrorId);
    }

    [Fact]
    public async Task A_wait_for_the_end_of_a_pod_ends_at_its_limit()
    {
        string pod = await cluster.CreatePodAsync();
        var staying = new DebugPod(cluster.Namespace, pod) { Uid = (await cluster.GetPodAsync(pod)).Metadata?.Uid };
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => new DebugPodRemover(cluster.Session).WaitUntilGoneAsync(staying, TimeSpan.FromMilliseconds(300), CancellationToken.None));
        Assert.Equal("WaitTimedOut", failure.ErrorId);
    }

    [Fact]
    public async Task A_dry_run_creates_nothing_and_tells_a_refusal()
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        string pod = await cluster.CreatePodAsync();
        PodPlan plan = await PlanAsync(pod, limit.Token);
        await Creator.CheckAsync(plan, limit.Token);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => cluster.Session.TracedPods.GetAsync(cluster.Namespace, plan.Name, limit.Token));
        Assert.Equal("PodNotFound", failure.ErrorId);

        plan.Pod["spec"]!["restartPolicy"] = "Sometimes";
        failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => Creator.CheckAsync(plan, limit.Token));
        Assert.Equal("InvalidRequest", failure.ErrorId);
    }

    private Task<PodPlan> PlanAsync(string pod, CancellationToken cancellationToken) => Creator.PlanCopyAsync(
        cluster.Namespace,
        pod,
        new PodCopyOptions { Container = new PodContainerOptions { Image = TestCluster.Image, Waits = true } },
        cancellationToken);

    private async Task<(PodPlan Plan, DebugPod Pod)> CopyAsync(string pod, CancellationToken cancellationToken)
    {
        PodPlan plan = await PlanAsync(pod, cancellationToken);
        return (plan, Reader.Read(await Creator.CreateAsync(plan, cancellationToken), plan));
    }

    private async Task<EphemeralContainer> WaitAsync(DebugPod pod, CancellationToken cancellationToken) =>
        await new ContainerWaiter(cluster.Session, TimeProvider.System).WaitAsync(
            await cluster.GetPodAsync(pod.Name),
            pod.Container!,
            new WaitOptions { Timeout = TestCluster.Limit },
            progress: null,
            cancellationToken);

    private async Task<List<DebugPod>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<DebugPod>();
        await foreach (DebugPod pod in Reader.ListAsync(cluster.Namespace, labelSelector: null, cancellationToken))
        {
            found.Add(pod);
        }

        return found;
    }
}
