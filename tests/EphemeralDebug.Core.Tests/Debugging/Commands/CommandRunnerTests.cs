using System.Text;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Streaming.Support;
using EphemeralDebug.Debugging.Commands;

namespace EphemeralDebug.Core.Tests.Debugging.Commands;

/// <summary>What a server says of a command, and what is made of it.</summary>
public sealed class CommandRunnerTests
{
    private static readonly EphemeralContainer s_waiting =
        new("default", "web", "debugger") { State = ContainerState.Running, Marker = "0123456789abcdef0123456789abcdef" };

    private static readonly EphemeralContainer s_foreign = new("default", "web", "debugger") { State = ContainerState.Running };

    private static readonly RemoteCommand s_command = new() { Arguments = ["ls", "a b"] };

    [Fact]
    public async Task Output_and_error_output_are_collected_apart_without_the_end_mark()
    {
        await using var server = new StreamServer(async peer =>
        {
            await peer.SendAsync(1, "one\ntw");
            await peer.SendAsync(2, "bad\n");
            await peer.SendAsync(1, "o");
            await peer.SendAsync(2, $"\u001e{IdOf(peer)}");
            await EndAsync(peer, StreamServer.Success);
        });
        using var output = new CollectedOutput(100);
        Assert.Equal(0, await RunAsync(server, s_waiting, output));
        Assert.Equal(["one", "two"], output.OutputLines);
        Assert.Equal(["bad"], output.ErrorOutputLines);
    }

    [Fact]
    public async Task A_success_without_the_end_mark_is_a_lost_connection()
    {
        await using var server = new StreamServer(peer => EndAsync(peer, StreamServer.Success));
        Assert.Equal("ConnectionLost", (await FailAsync(server, s_waiting)).ErrorId);
    }

    [Fact]
    public async Task In_a_container_of_others_the_command_is_run_as_it_is()
    {
        string target = "";
        await using var server = new StreamServer(peer =>
        {
            target = peer.Request.Target;
            return EndAsync(peer, StreamServer.Success);
        });
        using var output = new CollectedOutput(100);
        Assert.Equal(0, await RunAsync(server, s_foreign, output));
        Assert.EndsWith("/exec?container=debugger&command=ls&command=a%20b&stdout=true&stderr=true", target, StringComparison.Ordinal);
        Assert.Empty(output.OutputLines);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("3221225786", 3221225786)]
    public async Task An_exit_code_is_a_result_however_large_it_is(string code, long expected)
    {
        string status = $$$"""{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"{{{code}}}"}]}}""";
        await using var server = new StreamServer(peer => EndAsync(peer, status));
        using var output = new CollectedOutput(100);
        Assert.Equal(expected, await RunAsync(server, s_waiting, output));
    }

    [Fact]
    public async Task A_command_that_the_runtime_cannot_start_is_told_with_its_reason()
    {
        await using var server = new StreamServer(peer => EndAsync(
            peer, """{"status":"Failure","message":"exec: \"ls\": executable file not found in $PATH","reason":"InternalError","code":500}"""));
        EphemeralDebugException failure = await FailAsync(server, s_foreign);
        Assert.Equal("CommandNotStarted", failure.ErrorId);
        Assert.Contains("executable file not found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_ended()
    {
        var ended = new TaskCompletionSource();
        await using var server = new StreamServer(async peer =>
        {
            if (peer.Request.Target.Contains("command=ephemeraldebug-end", StringComparison.Ordinal))
            {
                ended.SetResult();
                await EndAsync(peer, StreamServer.Success);
            }

            await peer.SwallowAsync();
        });
        EphemeralDebugException failure = await FailAsync(server, s_waiting, new CommandLimits { Time = TimeSpan.FromSeconds(1) });
        Assert.Equal("CommandTimedOut", failure.ErrorId);
        Assert.Contains("was ended", failure.Message, StringComparison.Ordinal);
        await ended.Task.WaitAsync(StreamServer.Limit);
    }

    [Fact]
    public async Task A_command_that_cannot_be_ended_is_said_to_go_on_perhaps()
    {
        await using var server = new StreamServer(peer => peer.SwallowAsync());
        EphemeralDebugException failure = await FailAsync(server, s_foreign, new CommandLimits { Time = TimeSpan.FromSeconds(1) });
        Assert.Contains("may go on", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_without_end_is_cut_at_the_limit()
    {
        await using var server = new StreamServer(async peer =>
        {
            while (true)
            {
                await peer.SendAsync(1, "yes\n");
            }
        });
        using var output = new CollectedOutput(10);
        EphemeralDebugException failure = await FailAsync(server, s_foreign, new CommandLimits { OutputBytes = 10 }, output);
        Assert.Equal("OutputTooLarge", failure.ErrorId);
        Assert.Equal("yes\nyes\nye", Encoding.UTF8.GetString(output.Output));
    }

    private static string IdOf(StreamPeer peer) => peer.Request.Target.Split("command=ephemeraldebug-command&command=")[1][..32];

    private static async Task EndAsync(StreamPeer peer, string status)
    {
        await peer.SendAsync(3, status);
        await peer.SwallowAsync();
    }

    private static async Task<EphemeralDebugException> FailAsync(
        StreamServer server, EphemeralContainer container, CommandLimits? limits = null, CollectedOutput? output = null) =>
        await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => RunAsync(server, container, output ?? new CollectedOutput(100), limits));

    private static async Task<long> RunAsync(
        StreamServer server, EphemeralContainer container, CollectedOutput output, CommandLimits? limits = null)
    {
        using var limit = new CancellationTokenSource(StreamServer.Limit);
        var configuration = new ClusterConfiguration { Server = server.Address, InsecureSkipTlsVerify = true };
        using var session = new ClusterSession(configuration, TimeProvider.System);
        return await new CommandRunner(session).RunAsync(container, s_command, output, limits ?? new CommandLimits(), limit.Token);
    }
}
