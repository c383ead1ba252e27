using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>The waiting command and the script that ends it, on real processes and in real process namespaces.</summary>
public sealed class StopScriptProcessTests : IDisposable
{
    private readonly string id = WaitingCommand.NewId();

    private readonly List<Child> children = [];

    public static TheoryData<string> Shells => Shell.Names;

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task The_first_process_is_ended_and_no_other(string shell)
    {
        string[] sh = Shell.Require(shell);
        Child target = Start(["sleep", "60"], WaitingCommand.NewId());
        Child container = Start([.. sh, .. WaitingCommand.Command.Skip(1)]);
        Child session = Start(["sleep", "60"]);
        await ProcessFolder.WaitUntilAsync(() => ProcessFolder.ChildrenOf(container.Id).Any());

        (string output, string error, int exitCode) = await Start(StopCommand(shell, seconds: 10)).FinishAsync();

        Assert.Equal(($"{container.Id}\n", "", (int)StopResult.Ended), (output, error, exitCode));
        Assert.Equal(0, await container.WaitAsync());
        Assert.False(target.HasExited);
        Assert.False(session.HasExited);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_process_that_ignores_the_first_signal_is_killed(string shell)
    {
        Child container = Start([.. Shell.Require(shell), "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"]);
        Assert.Equal("ready", await container.ReadLineAsync());

        (string output, string error, int exitCode) = await Start(StopCommand(shell, seconds: 1)).FinishAsync();

        Assert.Equal(($"{container.Id}\n", "", (int)StopResult.Ended), (output, error, exitCode));
        Assert.Equal(128 + 9, await container.WaitAsync());
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task The_script_does_not_end_itself_when_nothing_else_has_the_marker(string shell) =>
        Assert.Equal(("", "", (int)StopResult.NotFound), await Start(StopCommand(shell, seconds: 1)).FinishAsync());

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task In_the_process_namespace_of_a_target_its_first_process_survives(string shell)
    {
        string[] sh = Shell.Require(shell);
        using Namespace target = await Namespace.StartAsync(["sh", "-c", "echo $$; exec sleep 60"], WaitingCommand.NewId());
        Child container = Start([.. target.Enter, .. sh, .. WaitingCommand.Command.Skip(1)]);
        await target.WaitForProcessesAsync(3);

        (string output, string error, int exitCode) = await Start([.. target.Enter, .. StopCommand(shell, seconds: 10)]).FinishAsync();

        Assert.Equal(("", (int)StopResult.Ended), (error, exitCode));
        Assert.NotEqual("1\n", output);
        Assert.Equal(0, await container.WaitAsync());
        Assert.False(target.HasEnded);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task In_a_namespace_of_its_own_the_container_takes_the_script_with_it(string shell)
    {
        string[] sh = Shell.Require(shell);
        string waiting = "echo $$; " + WaitingCommand.Command[2];
        using Namespace container = await Namespace.StartAsync([.. sh, "-c", waiting], id);
        await container.WaitForProcessesAsync(2);

        (string output, _, _) = await Start([.. container.Enter, .. StopCommand(shell, seconds: 10)]).FinishAsync();

        Assert.Equal("1\n", output);
        Assert.Equal(0, await container.WaitAsync());
    }

    public void Dispose()
    {
        foreach (Child child in children)
        {
            child.Dispose();
        }

        ProcessFolder.KillAll(WaitingCommand.MarkerVariable, id);
    }

    private Child Start(IEnumerable<string> command, string? marker = null)
    {
        Child child = new(command, WaitingCommand.MarkerVariable, marker ?? id);
        children.Add(child);
        return child;
    }

    private IEnumerable<string> StopCommand(string shell, int seconds) =>
        [.. Shell.Require(shell), .. WaitingCommand.StopCommand(id, TimeSpan.FromSeconds(seconds)).Skip(1)];
}
