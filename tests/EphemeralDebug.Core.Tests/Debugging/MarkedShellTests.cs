using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>The script that finds and ends shells, run by every shell of this machine on real processes.</summary>
public sealed class MarkedShellTests : IDisposable
{
    private readonly string _id = WaitingCommand.NewId();
    private readonly string _other = WaitingCommand.NewId();
    private readonly List<Child> _children = [];

    public static TheoryData<string> Shells => Shell.Names;

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_shell_is_listed_once_whatever_runs_in_it(string shell)
    {
        string[] sh = Shell.Require(shell);
        Child first = await StartShellAsync(_id);
        Child second = await StartShellAsync(_other);
        var expected = new[] { (_id, first.Id), (_other, second.Id) };
        IEnumerable<ShellProcess> listed = ShellProcess.ParseList(await ListAsync(sh)).Where(found => found.Id == _id || found.Id == _other);
        Assert.Equal(expected.Order(), listed.Select(found => (found.Id, found.ProcessId)).Order());
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task Ending_a_shell_ends_what_runs_in_it_and_no_other_shell(string shell)
    {
        string[] sh = Shell.Require(shell);
        Child lost = await StartShellAsync(_id);
        Child other = await StartShellAsync(_other);
        int[] inside = [.. ProcessFolder.ChildrenOf(lost.Id)];
        Assert.NotEmpty(inside);
        Assert.Equal(("", "", 0), await EndAsync(sh));
        Assert.Equal(128 + 1, await lost.WaitAsync());
        await ProcessFolder.WaitUntilAsync(() => Array.TrueForAll(inside, process => !IsRunning(process)));
        Assert.False(other.HasExited);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task A_shell_that_ignores_the_hang_up_is_killed(string shell)
    {
        string[] sh = Shell.Require(shell);
        Child lost = await StartShellAsync(_id, "trap '' HUP; ");
        Assert.Equal(("", "", 0), await EndAsync(sh));
        Assert.Equal(128 + 9, await lost.WaitAsync());
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public async Task The_shell_that_is_started_carries_its_id(string shell)
    {
        string[] sh = Shell.Require(shell);
        using var started = new Child([.. sh, .. MarkedShell.Command(_id).Skip(1)]);
        (_, string error, int exitCode) = await started.FinishAsync();
        Assert.Equal(("", 0), (error, exitCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sh: not found")]
    [InlineData("0123 12 sh")]
    [InlineData("0123456789abcdef0123456789abcdef x sh")]
    public void What_is_no_line_of_the_list_is_passed_over(string line) => Assert.Empty(ShellProcess.ParseList(line));

    public void Dispose()
    {
        foreach (Child child in _children)
        {
            child.Dispose();
        }

        ProcessFolder.KillAll(MarkedShell.Variable, _id);
        ProcessFolder.KillAll(MarkedShell.Variable, _other);
    }

    /// <summary>A process that nobody has waited for is still listed.</summary>
    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<Child> StartShellAsync(string id, string preparation = "")
    {
        string[] start = ["sh", "-c", $"export {MarkedShell.Variable}=\"$1.$$\"; exec sh -c \"$2\"", "sh", id];
        var child = new Child([.. start, $"{preparation}sleep 60 & echo ready; wait; :"]);
        _children.Add(child);
        Assert.Equal("ready", await child.ReadLineAsync());
        return child;
    }

    private static async Task<string> ListAsync(string[] sh)
    {
        using var list = new Child([.. sh, .. MarkedShell.ListCommand.Skip(1)]);
        return (await list.FinishAsync()).Output;
    }

    private async Task<(string Output, string Error, int ExitCode)> EndAsync(string[] sh)
    {
        using var end = new Child([.. sh, .. MarkedShell.EndCommand([_id], TimeSpan.FromSeconds(2)).Skip(1)]);
        return await end.FinishAsync();
    }
}
