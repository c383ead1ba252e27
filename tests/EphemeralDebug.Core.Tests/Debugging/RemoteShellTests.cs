using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Streaming.Support;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>What a server says of a shell's end, and what is made of it.</summary>
public sealed class RemoteShellTests
{
    private const string Failure = """{"status":"Failure","message":"Internal error occurred: error reading from error stream: closed","reason":"InternalError","code":500}""";

    private static readonly EphemeralContainer s_container = new("default", "web", "debugger") { State = ContainerState.Running };

    private string _shellId = "";

    [Fact]
    public async Task A_success_of_a_shell_that_is_gone_is_exit_code_0()
    {
        await using var server = new StreamServer(peer => AnswerAsync(peer, StreamServer.Success, goesOn: false));
        Assert.Equal(0, await RunAsync(server));
    }

    [Fact]
    public async Task A_success_of_a_shell_that_goes_on_is_a_lost_connection()
    {
        await using var server = new StreamServer(peer => AnswerAsync(peer, StreamServer.Success, goesOn: true));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => RunAsync(server));
        Assert.Equal("ConnectionLost", failure.ErrorId);
    }

    [Fact]
    public async Task A_failure_without_exit_code_after_the_shell_had_begun_is_a_lost_connection()
    {
        await using var server = new StreamServer(async peer =>
        {
            await peer.SendAsync(1, "# ");
            await AnswerAsync(peer, Failure, goesOn: true);
        });
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => RunAsync(server));
        Assert.Equal("ConnectionLost", failure.ErrorId);
        Assert.Contains("error reading from error stream", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_without_exit_code_before_any_output_is_a_shell_that_was_not_started()
    {
        await using var server = new StreamServer(peer => AnswerAsync(peer, Failure, goesOn: false));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => RunAsync(server));
        Assert.Equal("ShellNotStarted", failure.ErrorId);
    }

    /// <summary>Plays the shell's own stream, and the list of shells by which it is looked for afterwards.</summary>
    private async Task AnswerAsync(StreamPeer peer, string status, bool goesOn)
    {
        bool isList = peer.Request.Target.Contains("command=ephemeraldebug-shells", StringComparison.Ordinal);
        if (isList && goesOn)
        {
            await peer.SendAsync(1, $"{_shellId} 12 sh\n");
        }
        else if (!isList)
        {
            // The id is the last argument of the command that starts the shell.
            _shellId = peer.Request.Target.Split("command=")[^1][..32];
        }

        await peer.SendAsync(3, isList ? StreamServer.Success : status);
        await peer.SwallowAsync();
    }

    private static async Task<long?> RunAsync(StreamServer server)
    {
        using var limit = new CancellationTokenSource(StreamServer.Limit);
        var configuration = new ClusterConfiguration { Server = server.Address, InsecureSkipTlsVerify = true };
        using var session = new ClusterSession(configuration, TimeProvider.System);
        await using RemoteShell shell = await RemoteShell.OpenAsync(session, s_container, new ShellOptions(), limit.Token);
        while (!(await shell.Stream.ReadAsync(new byte[100], limit.Token)).Data.IsEmpty)
        {
        }

        return await shell.ReadExitCodeAsync(limit.Token);
    }
}
