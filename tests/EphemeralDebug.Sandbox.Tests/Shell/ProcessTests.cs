using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Tests.Shell;

public sealed class ProcessTests
{
    private const string Waiter = "trap \"exit 0\" TERM INT HUP; while :; do sleep 3600 & wait $!; done";

    private readonly ShellHost _host = new();

    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Hangup)]
    public async Task The_waiter_ends_at_once_on_a_signal(object signal)
    {
        SimulatedProcess waiter = _host.Start(["sh", "-c", Waiter]);
        await waiter.Settled;

        waiter.Deliver((Signal)signal);

        ExitStatus status = await waiter.Exited.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(ExitStatus.Exited(0), status);
    }

    [Fact]
    public async Task A_container_s_own_first_process_is_found_by_its_environment_parent_and_age()
    {
        Start("MARKER=one", "sh", "-c", Waiter);
        SimulatedProcess other = Start("OTHER=1", "sh", "-c", Waiter);
        await Task.WhenAll(_host.Namespace.Processes.Select(process => process.Settled));
        Start("MARKER=one", "sleep", "100");
        const string Script = """
            best=; besttime=
            for d in /proc/[0-9]*; do
              p=${d#/proc/}
              grep -q MARKER= /proc/$p/environ 2>/dev/null || continue
              read line < /proc/$p/stat || continue
              rest=${line##*) }
              set -- $rest
              [ "$2" = 0 ] || continue
              if [ -z "$best" ] || [ "${20}" -lt "$besttime" ]; then best=$p; besttime=${20}; fi
            done
            kill -TERM $best && echo $best
            """;

        ShellResult result = await _host.RunAsync(Script);

        Assert.Equal(("2\n", ""), (result.Output, result.Errors));
        Assert.False(other.Exited.IsCompleted);
    }

    [Fact]
    public async Task Process_1_cannot_be_killed_from_inside_but_from_outside()
    {
        ShellResult result = await _host.RunAsync("kill -KILL 1; kill -TERM 1");
        Assert.Equal(0, result.Code);
        Assert.False(_host.Init.Exited.IsCompleted);

        _host.Init.DeliverFromOutside(Signal.Kill);

        Assert.Equal(137, (await _host.Init.Exited.WaitAsync(TimeSpan.FromSeconds(10))).Code);
    }

    [Fact]
    public async Task A_namespace_ends_with_its_process_1()
    {
        SimulatedProcess process = _host.Start(["sleep", "1000"]);

        _host.Init.DeliverFromOutside(Signal.Kill);

        Assert.Equal(137, (await process.Exited.WaitAsync(TimeSpan.FromSeconds(10))).Code);
    }

    [Fact]
    public async Task The_last_command_of_a_script_takes_the_shell_s_process_over()
    {
        Assert.Equal("PID   COMMAND\n    1 sleep\n    2 ps\n", (await _host.RunAsync("ps -o pid,comm")).Output);
        Assert.Equal("PID   COMMAND\n    1 sleep\n    3 sh\n    4 ps\n", (await _host.RunAsync("ps -o pid,comm; :")).Output);
    }

    [Fact]
    public async Task Proc_shows_command_line_environment_and_status()
    {
        SimulatedProcess process = Start("A=1", "sleep", "77");

        ShellResult result = await _host.RunAsync($"cd /proc/{process.Id}; tr '\\0' ' ' < cmdline; tr '\\0' ' ' < environ; cat comm; grep PPid status; readlink root");

        Assert.Equal("sleep 77 A=1 sleep\nPPid:\t0\n/\n", result.Output);
    }

    [Theory]
    [InlineData(1000, false, "Permission denied")]
    [InlineData(1000, true, "")]
    [InlineData(0, false, "")]
    public async Task The_files_of_a_process_are_seen_by_the_same_user_or_with_sys_ptrace(int user, bool canTrace, string error)
    {
        _host.Credentials = new Credentials(user, user, [user], canTrace);

        ShellResult result = await _host.RunAsync("ls /proc/1/root/etc/hostname");

        Assert.Equal(error.Length == 0, result.Code == 0);
        Assert.Contains(error, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writing_to_a_pipe_that_nobody_reads_ends_a_process()
    {
        var pipe = new Pipe();
        SimulatedProcess yes = _host.Start(["yes"], output: new PipeWriter(pipe));

        pipe.CloseReader();

        Assert.Equal(Signal.BrokenPipe, (await yes.Exited.WaitAsync(TimeSpan.FromSeconds(10))).Signal);
    }

    [Fact]
    public async Task A_process_that_nobody_reads_stops_when_its_pipe_is_full()
    {
        var pipe = new Pipe();
        SimulatedProcess yes = _host.Start(["yes"], output: new PipeWriter(pipe));
        await yes.Settled;

        byte[] buffer = new byte[1 << 20];
        int waiting = pipe.Read(buffer);

        Assert.InRange(waiting, 1, 65536);
        yes.Deliver(Signal.Kill);
        await yes.Exited.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Ctrl_C_kills_what_runs_in_the_foreground_of_a_terminal()
    {
        using var session = new TerminalSession(_host, ["sh", "-c", "echo ready; cat"]);
        await session.ExpectAsync("ready\r\n");

        await session.TypeAsync("\u0003");

        Assert.Equal(130, await session.ReadToEndAsync());
        Assert.EndsWith("^C", session.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_has_no_size_until_it_is_given_one()
    {
        using var session = new TerminalSession(_host, ["sh", "-c", "stty size; trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done"]);
        await session.ExpectAsync("no size information for this device\r\nready\r\n");

        session.Terminal.Resize(new Terminals.WindowSize(80, 24));

        await session.ExpectAsync("24 80\r\n");
        Assert.Equal(0, await session.ReadToEndAsync());
    }

    private SimulatedProcess Start(string variable, params string[] command)
    {
        string[] pair = variable.Split('=');
        return _host.Namespace.Start(
            new ProcessStart
            {
                Scope = _host.Scope,
                Arguments = command,
                Environment = new Dictionary<string, string> { [pair[0]] = pair[1] },
                WorkingDirectory = "/",
                Files = new FileTable(new NullDevice(), new NullDevice(), new NullDevice()),
            },
            (process, arguments) => ProgramLoader.Load(process, ProgramLoader.FindPath(process, arguments[0], ProgramLoader.DefaultPath)!, arguments).Body(process, arguments));
    }
}
