using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Integration.Tests;

[Collection(ClusterTests.Name)]
public sealed class EphemeralContainerTests(TestCluster cluster)
{
    [Fact]
    public async Task A_container_that_waits_runs_and_shows_what_was_asked_for()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(pod, target: "app");
        Assert.Equal(ContainerState.Running, container.State);
        Assert.Equal("app", container.Target);
        Assert.Equal(TestCluster.Image, container.Image);
        Assert.NotNull(container.StartedAt);
        Assert.NotNull(container.ContainerId);
        Assert.NotNull(container.Node);
        Assert.Equal(WaitingCommand.Command, container.Command);
    }

    [Fact]
    public async Task A_list_of_the_namespace_finds_the_containers()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(pod);
        var found = new List<string>();
        await foreach (PodResource item in cluster.Session.Pods.ListAsync(cluster.Namespace, labelSelector: null, CancellationToken.None))
        {
            found.AddRange(ContainerReader.Read(item, cluster.Session).Select(c => c.ToString()));
        }

        Assert.Contains(container.ToString(), found);
    }

    [Fact]
    public async Task A_command_ends_with_its_exit_code()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddAsync(
            pod,
            new ContainerOptions { Image = TestCluster.Image, Command = ["sh", "-c", "exit 7"] },
            new WaitOptions { Until = ContainerState.Terminated, Timeout = TestCluster.Limit });
        Assert.Equal(7, container.ExitCode);
        Assert.Equal("Error", container.Reason);
        Assert.NotNull(container.FinishedAt);
    }

    [Fact]
    public async Task Arguments_and_environment_arrive_as_they_were_given()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddAsync(
            pod,
            new ContainerOptions
            {
                Image = TestCluster.Image,
                Command = ["sh", "-c", "[ \"$1\" = 'a  b' ] && [ \"$GREETING\" = 'hello world' ] && exit 42", "sh", "a  b"],
                Environment = [KeyValuePair.Create("GREETING", "hello world")],
            },
            new WaitOptions { Until = ContainerState.Terminated, Timeout = TestCluster.Limit });
        Assert.Equal(42, container.ExitCode);
    }

    [Fact]
    public async Task An_image_that_does_not_exist_ends_the_wait_after_the_grace_time_with_the_reason()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => cluster.AddAsync(
            pod,
            new ContainerOptions { Image = "localhost:1/no/such:image" },
            new WaitOptions { Timeout = TestCluster.Limit, StartGrace = TimeSpan.FromSeconds(1) }));
        Assert.Equal("ContainerNotStarting", failure.ErrorId);
        Assert.Contains("ImagePull", failure.Message, StringComparison.Ordinal);
        Assert.Contains("localhost:1/no/such:image", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_the_node_lacks_and_must_not_pull_ends_the_wait_at_once()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => cluster.AddAsync(
            pod, new ContainerOptions { Image = "localhost:1/no/such:image", PullPolicy = ImagePullPolicy.Never }, NeverByGrace));
        Assert.Contains("ErrImageNeverPull", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_is_not_there_ends_the_wait_at_once_with_the_runtimes_words()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => cluster.AddAsync(
            pod, new ContainerOptions { Image = TestCluster.Image, Command = ["no-such-command"] }, NeverByGrace));
        Assert.Equal("ContainerNotStarting", failure.ErrorId);
        Assert.Contains("no-such-command", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_image_under_the_restricted_profile_ends_the_wait_with_the_reason()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => cluster.AddAsync(
            pod,
            new ContainerOptions { Image = TestCluster.Image, Profile = DebugProfile.Restricted },
            new WaitOptions { Timeout = TestCluster.Limit, StartGrace = TimeSpan.FromSeconds(1) }));
        Assert.Contains("CreateContainerConfigError", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-Profile", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_ends_at_its_limit_and_says_how_things_stand()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(pod);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(async () =>
            await new ContainerWaiter(cluster.Session, TimeProvider.System).WaitAsync(
                await cluster.GetPodAsync(pod),
                container.Name,
                new WaitOptions { Until = ContainerState.Terminated, Timeout = TimeSpan.FromMilliseconds(300) },
                progress: null,
                CancellationToken.None));
        Assert.Equal("WaitTimedOut", failure.ErrorId);
        Assert.Contains("Running", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_is_deleted_ends_the_wait()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(pod);
        Task<EphemeralContainer> waiting = new ContainerWaiter(cluster.Session, TimeProvider.System).WaitAsync(
            await cluster.GetPodAsync(pod),
            container.Name,
            new WaitOptions { Until = ContainerState.Terminated, Timeout = TestCluster.Limit },
            progress: null,
            CancellationToken.None);
        using HttpResponseMessage response = await cluster.Session.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Delete, cluster.Session.Client.Resolve(ApiPath.Pod(cluster.Namespace, pod))),
            new ApiAction("delete", "pods", cluster.Namespace, pod),
            CancellationToken.None);

        // Whether the kubelet reports the end before the pod is gone is a race between the two.
        Exception? failure = await Record.ExceptionAsync(() => waiting);
        if (failure is null)
        {
            Assert.Equal(ContainerState.Terminated, (await waiting).State);
        }
        else
        {
            Assert.Equal("PodDeleted", Assert.IsAssignableFrom<EphemeralDebugException>(failure).ErrorId);
        }
    }

    [Fact]
    public async Task Twenty_containers_in_as_many_pods_are_waited_for_at_once()
    {
        string[] pods = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.CreatePodAsync()));
        EphemeralContainer[] containers = await Task.WhenAll(pods.Select(pod => cluster.AddWaitingAsync(pod)));
        Assert.All(containers, container => Assert.Equal(ContainerState.Running, container.State));
    }

    [Fact]
    public async Task A_pod_that_is_not_there_is_named()
    {
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(
            () => cluster.Session.Pods.GetAsync(cluster.Namespace, "missing", CancellationToken.None));
        Assert.Equal("PodNotFound", failure.ErrorId);
        Assert.Equal("pods \"missing\" not found", failure.Message);
    }

    private static WaitOptions NeverByGrace => new() { Timeout = TestCluster.Limit, StartGrace = TimeSpan.FromHours(1) };
}
