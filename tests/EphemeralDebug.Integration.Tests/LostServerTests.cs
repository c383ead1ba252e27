using EphemeralDebug.Api.Wire;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Integration.Tests;

/// <summary>Each test has a sandbox of its own, because it takes it down.</summary>
public sealed class LostServerTests
{
    [SkippableFact]
    public async Task A_shell_whose_server_goes_away_ends_with_an_error_that_says_so()
    {
        TestCluster cluster = await StartAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        await using RemoteShell shell = await RemoteShell.OpenAsync(cluster.Session, container, new ShellOptions(), limit.Token);
        byte[] buffer = new byte[1024];
        await shell.Stream.ReadAsync(buffer, limit.Token);
        await cluster.Sandbox!.DisposeAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(async () =>
        {
            while (await shell.Stream.ReadAsync(buffer, limit.Token) is { Data.IsEmpty: false })
            {
                // The prompt may come in pieces.
            }
        });
        Assert.Equal("ConnectionLost", failure.ErrorId);
        Assert.Contains(container.Name, failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_wait_whose_server_goes_away_ends_with_an_error_before_its_limit()
    {
        TestCluster cluster = await StartAsync();
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(pod);
        PodResource current = await cluster.GetPodAsync(pod);

        // How long a server may be away passes a hundred times as fast.
        using ClusterSession session = cluster.Open(time: new FastTime());
        Task<EphemeralContainer> waiting = new ContainerWaiter(session, TimeProvider.System).WaitAsync(
            current,
            container.Name,
            new WaitOptions { Until = ContainerState.Terminated, Timeout = TimeSpan.FromHours(1) },
            progress: null,
            CancellationToken.None);
        await cluster.Sandbox!.DisposeAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => waiting.WaitAsync(TestCluster.Limit));
        Assert.Equal(FailureKind.Connection, failure.Kind);
    }

    // The server is gone at the end of a test, so there is nothing to be removed from it.
    private static async Task<TestCluster> StartAsync()
    {
        Skip.If(TestCluster.IsForeign, "A cluster that is not the tests' own is not taken down.");
        var cluster = new TestCluster();
        await cluster.InitializeAsync();
        return cluster;
    }
}
