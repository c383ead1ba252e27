using System.Text;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Integration.Tests;

[Collection(ClusterTests.Name)]
public sealed class ShellTests(TestCluster cluster)
{
    [Fact]
    public async Task A_shell_is_typed_into_resized_interrupted_and_left_with_its_exit_code()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        await using RemoteShell shell = await RemoteShell.OpenAsync(cluster.Session, container, new ShellOptions(), limit.Token);
        var screen = new Screen(shell.Stream, limit.Token);
        await shell.Stream.ResizeAsync(80, 24, limit.Token);
        await screen.TypeAsync("echo one-$((1 + 1))\r", "one-2");
        await screen.TypeAsync("stty size\r", "24 80");
        await shell.Stream.ResizeAsync(132, 43, limit.Token);
        await screen.TypeAsync("stty size\r", "43 132");
        await screen.TypeAsync("echo re\"\"ady; cat\r", "ready\r\n");
        await screen.TypeAsync("for cat\r", "for cat\r\nfor cat");
        await screen.TypeAsync("\u0003", "^C");
        await screen.TypeAsync("echo after-$((2 + 2))\r", "after-4");
        await screen.TypeAsync("exit 3\r", expected: null);
        Assert.Equal(3, await shell.ReadExitCodeAsync(limit.Token));
    }

    [Fact]
    public async Task A_shell_sees_the_targets_processes_and_ending_its_container_leaves_them_alone()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer container = await cluster.AddWaitingAsync(pod, target: "app");
        Assert.Contains("sleep 1000000", (await RunAsync(container, "cat", "/proc/1/cmdline")).Output.Replace('\0', ' '), StringComparison.Ordinal);
        EphemeralContainer ended = await new ContainerStopper(cluster.Session).StopAsync(container, CancellationToken.None);
        Assert.Equal(ContainerState.Terminated, ended.State);
        PodResource after = await cluster.GetPodAsync(pod);
        ContainerStatus app = after.Status!.ContainerStatuses!.Single(c => c.Name == "app");
        Assert.NotNull(app.State?.Running);
        Assert.Equal(0, app.RestartCount);
    }

    [Fact]
    public async Task A_container_without_a_target_is_ended_too()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        EphemeralContainer ended = await new ContainerStopper(cluster.Session).StopAsync(container, CancellationToken.None);
        Assert.Equal(ContainerState.Terminated, ended.State);
        Assert.Equal(0, ended.ExitCode);
    }

    [Fact]
    public async Task Of_two_waiting_containers_only_the_one_that_is_meant_is_ended()
    {
        string pod = await cluster.CreatePodAsync();
        EphemeralContainer first = await cluster.AddWaitingAsync(pod, target: "app");
        EphemeralContainer second = await cluster.AddWaitingAsync(pod, target: "app");
        await new ContainerStopper(cluster.Session).StopAsync(second, CancellationToken.None);
        EphemeralContainer? other = ContainerReader.Find(await cluster.GetPodAsync(pod), first.Name, cluster.Session);
        Assert.Equal(ContainerState.Running, other?.State);
    }

    [Fact]
    public async Task What_was_not_started_to_wait_is_never_signalled()
    {
        EphemeralContainer container = await cluster.AddAsync(
            await cluster.CreatePodAsync(), new ContainerOptions { Image = TestCluster.Image, Command = ["sleep", "1000"] });
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => new ContainerStopper(cluster.Session).StopAsync(container, CancellationToken.None));
        Assert.Equal("ContainerNotStopped", failure.ErrorId);
    }

    [Fact]
    public async Task Attaching_reaches_the_containers_own_process_and_its_exit_code_is_read_from_the_pod()
    {
        EphemeralContainer container = await cluster.AddAsync(
            await cluster.CreatePodAsync(),
            new ContainerOptions { Image = TestCluster.Image, Command = ["sh"], Stdin = true, Tty = true });
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        await using RemoteShell shell = await RemoteShell.OpenAsync(cluster.Session, container, new ShellOptions { Attach = true }, limit.Token);
        var screen = new Screen(shell.Stream, limit.Token);
        Assert.True(shell.IsAttached);
        await shell.Stream.ResizeAsync(90, 30, limit.Token);
        await screen.TypeAsync("stty size\r", "30 90");
        await screen.TypeAsync("exit 4\r", expected: null);
        Assert.Equal(4, await shell.ReadExitCodeAsync(limit.Token));
    }

    [Fact]
    public async Task Attaching_needs_a_container_with_input()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => RemoteShell.OpenAsync(cluster.Session, container, new ShellOptions { Attach = true }, CancellationToken.None));
        Assert.Equal("ContainerWithoutInput", failure.ErrorId);
    }

    [Fact]
    public async Task A_shell_that_the_image_does_not_have_is_named()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        await using RemoteShell shell = await RemoteShell.OpenAsync(
            cluster.Session, container, new ShellOptions { Command = ["/no/such/shell"] }, limit.Token);
        await new Screen(shell.Stream, limit.Token).TypeAsync("", expected: null);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => shell.ReadExitCodeAsync(limit.Token));
        Assert.Equal("ShellNotStarted", failure.ErrorId);
        Assert.Contains("/no/such/shell", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_keeps_the_outputs_apart_and_ends_input_where_it_is_told_to()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        var request = new StreamRequest(container.Namespace, container.Pod, container.Name)
        {
            Command = ["sh", "-c", "cat; echo problem >&2; exit 9"],
            Input = true,
        };
        await using RemoteStream stream = await RemoteStream.OpenAsync(cluster.Session.Client, request, limit.Token);
        await stream.WriteAsync(Encoding.UTF8.GetBytes("line\n"), limit.Token);
        await stream.CloseInputAsync(limit.Token);
        (string output, string errors) = await ReadAllAsync(stream, limit.Token);
        Assert.Equal("line\n", output);
        Assert.Equal("problem\n", errors);
        Assert.Equal(9, stream.Status?.ExitCode);
    }

    [Fact]
    public async Task A_mebibyte_of_output_comes_whole_to_a_slow_reader()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        (string output, ExitStatus status) = await RunAsync(container, "sh", "-c", "yes 0123456789abcde | head -c 1048576");
        Assert.Equal(1048576, output.Length);
        Assert.Equal(0, status.ExitCode);
    }

    [Fact]
    public async Task A_container_that_has_ended_cannot_be_entered()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        EphemeralContainer ended = await new ContainerStopper(cluster.Session).StopAsync(container, CancellationToken.None);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => RemoteShell.OpenAsync(cluster.Session, ended, new ShellOptions(), CancellationToken.None));
        Assert.Equal("ContainerNotRunning", failure.ErrorId);
    }

    private async Task<(string Output, ExitStatus Status)> RunAsync(EphemeralContainer container, params string[] command)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        var request = new StreamRequest(container.Namespace, container.Pod, container.Name) { Command = command };
        await using RemoteStream stream = await RemoteStream.OpenAsync(cluster.Session.Client, request, limit.Token);
        (string output, _) = await ReadAllAsync(stream, limit.Token);
        return (output, stream.Status!);
    }

    private static async Task<(string Output, string Errors)> ReadAllAsync(RemoteStream stream, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        var errors = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellationToken) is { Data.IsEmpty: false } read)
        {
            (read.Channel is StreamChannel.Output ? output : errors).Append(Encoding.UTF8.GetString(read.Data.Span));
        }

        return (output.ToString(), errors.ToString());
    }

    /// <summary>Types into a shell and reads what it shows.</summary>
    private sealed class Screen(RemoteStream stream, CancellationToken limit)
    {
        private readonly StringBuilder _shown = new();
        private int _seen;

        /// <summary>Types, and reads on until the expected text was shown; to the end where that is null.</summary>
        public async Task TypeAsync(string keys, string? expected)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(keys), limit);
            byte[] buffer = new byte[1024];
            while (expected is null || Find(expected) < 0)
            {
                StreamRead read = await stream.ReadAsync(buffer, limit);
                if (read.Data.IsEmpty)
                {
                    Assert.Null(expected);
                    return;
                }

                _shown.Append(Encoding.UTF8.GetString(read.Data.Span));
            }

            _seen = Find(expected) + expected.Length;
        }

        private int Find(string text) => _shown.ToString().IndexOf(text, _seen, StringComparison.Ordinal);
    }
}
