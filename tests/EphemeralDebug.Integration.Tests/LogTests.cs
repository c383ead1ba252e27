using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Logs;
using EphemeralDebug.Debugging.Processes;
using EphemeralDebug.Tests.Shared;

namespace EphemeralDebug.Integration.Tests;

[Collection(ClusterTests.Name)]
public sealed class LogTests(TestCluster cluster) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TestCluster.Limit);

    public void Dispose() => _limit.Dispose();

    [SkippableFact]
    public async Task A_log_that_is_followed_loses_and_repeats_nothing_when_the_network_breaks_again_and_again()
    {
        Skip.If(TestCluster.IsForeign, "The network of a cluster that is not the tests' own is not cut.");
        const string Script = "i=0; while [ $i -lt 300 ]; do i=$((i + 1)); echo line $i; [ $((i % 10)) = 0 ] && sleep 0.05; done";
        string[] expected = [.. Enumerable.Range(1, 300).Select(i => $"line {i}")];
        await using var network = new CuttingProxy(cluster.Sandbox!.Port);
        using ClusterSession session = cluster.OpenThrough(network.Port);
        using LogGroup group = Follow(session, await cluster.GetPodAsync(await AddAsync(Script)));

        var read = new List<string>();
        int nextCut = 40;
        await foreach (IReadOnlyList<LogLine> lines in group.ReadAsync(follow: true, _limit.Token))
        {
            read.AddRange(lines.Select(line => line.Text));
            if (read.Count >= nextCut)
            {
                network.Cut();
                network.Mend();
                nextCut += 40;
            }
        }

        Assert.True(nextCut > 80, "The network was hardly cut.");
        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task The_processes_of_a_target_are_seen_through_a_container_that_has_joined_it()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(pod, target: "app");
        IReadOnlyList<EphemeralProcess> processes = await new ProcessReader(cluster.Session).ReadAsync(container, TestCluster.Limit, _limit.Token);
        EphemeralProcess app = processes.Single(process => process.Id == 1);
        Assert.Equal(["sleep", "1000000"], app.CommandLine);
        Assert.False(app.IsHelper);
        Assert.Equal((0, "root"), (app.UserId, app.UserName));
        Assert.Contains(processes, process => process.IsHelper && process.CommandLine.SequenceEqual(WaitingCommand.Command));

        EphemeralContainer ended = await new ContainerStopper(cluster.Session).StopAsync(container, _limit.Token);
        Assert.Equal(ContainerState.Terminated, ended.State);
        Assert.Equal("Running", (await cluster.GetPodAsync(pod)).Status?.Phase);
    }

    private async Task<string> AddAsync(string script)
    {
        string pod = await cluster.CreatePodAsync();
        await cluster.AddAsync(pod, new ContainerOptions { Image = TestCluster.Image, Name = "talker", Command = ["sh", "-c", script] });
        return pod;
    }

    private static LogGroup Follow(ClusterSession session, PodResource pod) => new(
        [new LogReader(session, LogSource.Of(pod, "talker"), new LogOptions { Follow = true })],
        (source, failure) => Assert.Fail($"{source}: {failure.Message}"));
}
