using System.Text;
using EphemeralDebug.Debugging.Commands;

namespace EphemeralDebug.Integration.Tests;

[Collection(ClusterTests.Name)]
public sealed class CommandTests(TestCluster cluster)
{
    [Fact]
    public async Task A_command_gets_its_arguments_one_by_one_and_reads_its_input_to_the_end()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        var echo = new RemoteCommand { Arguments = ["echo", "a  b", "$HOME", "it's"] };
        Assert.Equal((0, "a  b $HOME it's\n", ""), await RunAsync(container, echo));
        byte[] input = Encoding.UTF8.GetBytes(new string('x', 300_000));
        var count = new RemoteCommand { Arguments = ["wc", "-c"], OpenInput = () => new MemoryStream(input) };
        (long exitCode, string output, _) = await RunAsync(container, count);
        Assert.Equal((0, "300000"), (exitCode, output.Trim()));
    }

    [Fact]
    public async Task A_script_has_outputs_of_its_own_and_an_exit_code()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        Assert.Equal((7, "out\n", "bad\n"), await RunAsync(container, new RemoteCommand { Script = "echo out; echo bad >&2; exit 7" }));
    }

    [Fact]
    public async Task A_command_that_ends_before_it_has_read_all_is_no_failure()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        var head = new RemoteCommand { Arguments = ["head", "-c", "5"], OpenInput = () => new MemoryStream(new byte[10_000_000]) };
        (long exitCode, string output, _) = await RunAsync(container, head);
        Assert.Equal((0, 5), (exitCode, output.Length));
    }

    [Fact]
    public async Task Words_of_the_shell_are_no_commands()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        (long exitCode, _, string errors) = await RunAsync(container, new RemoteCommand { Arguments = ["no-such-program"] });
        Assert.Equal(127, exitCode);
        Assert.Contains("no-such-program", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_gone_afterwards()
    {
        EphemeralContainer container = await cluster.AddWaitingAsync(await cluster.CreatePodAsync());
        var limits = new CommandLimits { Time = TimeSpan.FromSeconds(1) };
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => RunAsync(container, new RemoteCommand { Arguments = ["sleep", "98765"] }, limits));
        Assert.Equal("CommandTimedOut", failure.ErrorId);
        Assert.Contains("was ended", failure.Message, StringComparison.Ordinal);
        (_, string processes, _) = await RunAsync(
            container, new RemoteCommand { Script = "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done" });
        Assert.DoesNotContain("sleep 98765", processes, StringComparison.Ordinal);
        Assert.Contains("sleep 3600", processes, StringComparison.Ordinal);
    }

    private async Task<(long ExitCode, string Output, string Errors)> RunAsync(
        EphemeralContainer container, RemoteCommand command, CommandLimits? limits = null)
    {
        using var limit = new CancellationTokenSource(TestCluster.Limit);
        using var output = new CollectedOutput(1_000_000);
        long exitCode = await new CommandRunner(cluster.Session).RunAsync(
            container, command, output, limits ?? new CommandLimits(), limit.Token);
        return (exitCode, Encoding.UTF8.GetString(output.Output), Encoding.UTF8.GetString(output.ErrorOutput));
    }
}
