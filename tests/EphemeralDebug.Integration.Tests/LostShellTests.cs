using System.Text;
using EphemeralDebug.Debugging;
using EphemeralDebug.Tests.Shared;

namespace EphemeralDebug.Integration.Tests;

/// <summary>What becomes of shells whose connection breaks. Each test has a sandbox behind a network that it can cut.</summary>
public sealed class LostShellTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TestCluster.Limit);
    private TestCluster? _cluster;
    private CuttingProxy? _network;

    public async Task InitializeAsync()
    {
        if (TestCluster.IsForeign)
        {
            return;
        }

        _cluster = new TestCluster();
        await _cluster.InitializeAsync();
        _network = new CuttingProxy(_cluster.Sandbox!.Port);
    }

    public async Task DisposeAsync()
    {
        if (_network is not null)
        {
            await _network.DisposeAsync();
            await _cluster!.DisposeAsync();
        }
    }

    public void Dispose() => _limit.Dispose();

    [SkippableFact]
    public async Task A_shell_that_was_lost_goes_on_is_found_and_can_be_ended_without_its_container()
    {
        using ClusterSession session = Open();
        EphemeralContainer container = await AddAsync(session, new ContainerOptions { Image = TestCluster.Image }, waits: true);
        await using RemoteShell other = await RemoteShell.OpenAsync(_cluster!.Session, container, new ShellOptions(), _limit.Token);
        await TypeAsync(other, "echo re\"\"ady\r", "ready");
        string lost = await LoseShellAsync(session, container);

        var finder = new ShellFinder(session);
        IReadOnlyList<ShellProcess> found = await finder.ListAsync(container, _limit.Token);
        Assert.Equal(new[] { lost, other.ShellId! }.Order(), found.Select(shell => shell.Id).Order());
        Assert.All(found, shell => Assert.Equal("sh", shell.Name));

        await finder.EndAsync(container, found.Where(shell => shell.Id == lost), _limit.Token);
        Assert.Equal([other.ShellId!], (await finder.ListAsync(container, _limit.Token)).Select(shell => shell.Id));
        await TypeAsync(other, "echo still-$((1 + 1))\r", "still-2");
        EphemeralContainer? now = ContainerReader.Find(await _cluster.GetPodAsync(container.Pod), container.Name, session);
        Assert.Equal(ContainerState.Running, now?.State);
    }

    [SkippableFact]
    public async Task A_lost_attachment_gets_back_into_the_same_shell()
    {
        using ClusterSession session = Open();
        EphemeralContainer container = await AddShellAsync(session);
        EphemeralDebugException loss;
        await using (RemoteShell shell = await RemoteShell.OpenAsync(session, container, new ShellOptions(), _limit.Token))
        {
            await TypeAsync(shell, "kept=before; echo re\"\"ady\r", "ready");
            _network!.Cut();
            loss = await ReadLossAsync(shell);
        }

        Task<(EphemeralContainer Container, RemoteShell? Shell)> returning =
            new ShellReattachment(session).RunAsync(container, loss, _limit.Token);
        _network.Mend();
        await using RemoteShell? again = (await returning).Shell;
        Assert.True(again!.IsAttached);
        await TypeAsync(again, "echo \"$kept\"-and-after\r", "before-and-after");
    }

    [SkippableFact]
    public async Task An_attachment_whose_container_ended_in_the_meantime_has_its_exit_code()
    {
        using ClusterSession session = Open();
        EphemeralContainer container = await AddShellAsync(session);
        EphemeralDebugException loss;
        await using (RemoteShell shell = await RemoteShell.OpenAsync(session, container, new ShellOptions(), _limit.Token))
        {
            await TypeAsync(shell, "echo re\"\"ady\r", "ready");
            _network!.Cut();
            loss = await ReadLossAsync(shell);
        }

        await using (RemoteShell shell = await RemoteShell.OpenAsync(_cluster!.Session, container, new ShellOptions(), _limit.Token))
        {
            await shell.Stream.WriteAsync("exit 6\r"u8.ToArray(), _limit.Token);
            while (!(await shell.Stream.ReadAsync(new byte[100], _limit.Token)).Data.IsEmpty)
            {
            }

            Assert.Equal(6, await shell.ReadExitCodeAsync(_limit.Token));
        }

        _network.Mend();
        (EphemeralContainer ended, RemoteShell? none) = await new ShellReattachment(session).RunAsync(container, loss, _limit.Token);
        Assert.Equal((6, null), (ended.ExitCode, none));
    }

    [SkippableFact]
    public async Task A_wait_goes_on_after_the_server_was_away()
    {
        using ClusterSession session = Open();
        EphemeralContainer container = await AddAsync(session, new ContainerOptions { Image = TestCluster.Image }, waits: true);
        Task<EphemeralContainer> waiting = new ContainerWaiter(session, TimeProvider.System).WaitAsync(
            await session.Pods.GetAsync(container.Namespace, container.Pod, _limit.Token),
            container.Name,
            new WaitOptions { Until = ContainerState.Terminated, Timeout = TestCluster.Limit },
            progress: null,
            _limit.Token);
        _network!.Cut();
        await new ContainerStopper(_cluster!.Session).StopAsync(container, _limit.Token);
        _network.Mend();
        Assert.Equal(ContainerState.Terminated, (await waiting).State);
    }

    private ClusterSession Open()
    {
        Skip.If(TestCluster.IsForeign, "The network to a cluster that is not the tests' own is not cut.");
        return _cluster!.OpenThrough(_network!.Port);
    }

    private Task<EphemeralContainer> AddShellAsync(ClusterSession session) => AddAsync(
        session, new ContainerOptions { Image = TestCluster.Image, Command = ["sh"], Stdin = true, Tty = true }, waits: false);

    /// <summary>The container as a session behind the network knows it.</summary>
    private async Task<EphemeralContainer> AddAsync(ClusterSession session, ContainerOptions options, bool waits)
    {
        ContainerOptions wanted = waits ? WaitingCommand.Apply(options, WaitingCommand.NewId()) : options;
        EphemeralContainer container = await _cluster!.AddAsync(await _cluster.CreatePodAsync(), wanted);
        return ContainerReader.Find(await session.Pods.GetAsync(container.Namespace, container.Pod, _limit.Token), container.Name, session)!;
    }

    private async Task<string> LoseShellAsync(ClusterSession session, EphemeralContainer container)
    {
        await using RemoteShell shell = await RemoteShell.OpenAsync(session, container, new ShellOptions(), _limit.Token);
        await TypeAsync(shell, "echo re\"\"ady\r", "ready");
        _network!.Cut();
        await ReadLossAsync(shell);
        _network.Mend();
        return shell.ShellId!;
    }

    private async Task<EphemeralDebugException> ReadLossAsync(RemoteShell shell)
    {
        EphemeralDebugException loss = await Assert.ThrowsAnyAsync<EphemeralDebugException>(async () =>
        {
            while (!(await shell.Stream.ReadAsync(new byte[100], _limit.Token)).Data.IsEmpty)
            {
            }
        });
        Assert.Equal("ConnectionLost", loss.ErrorId);
        return loss;
    }

    private async Task TypeAsync(RemoteShell shell, string keys, string expected)
    {
        await shell.Stream.WriteAsync(Encoding.UTF8.GetBytes(keys), _limit.Token);
        var shown = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (!shown.ToString().Contains(expected, StringComparison.Ordinal))
        {
            ReadOnlyMemory<byte> data = (await shell.Stream.ReadAsync(buffer, _limit.Token)).Data;
            Assert.False(data.IsEmpty, $"The shell ended and had shown: {shown}");
            shown.Append(Encoding.UTF8.GetString(data.Span));
        }
    }
}
