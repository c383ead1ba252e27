using System.Diagnostics;
using System.Text;
using EphemeralDebug.Terminal.Tests.Harness;

namespace EphemeralDebug.Terminal.Tests;

/// <summary>What a pseudo-terminal is like after a session, however it ended, and that it is raw during one.</summary>
public sealed class ModeRestorationTests
{
    private const string InFullScreenProgram = "\x1b[?1049h\x1b[?25l\x1b[?1h\x1b=\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[31mtext";

    [SkippableTheory]
    [InlineData("end", "result", "RemoteEnded")]
    [InlineData("cancel", "result", "Canceled")]
    [InlineData("lose", "failed", "The connection was lost.")]
    public async Task Modes_are_exactly_those_from_before_when_a_session_ends(string ending, string kind, string report)
    {
        using var terminal = new PseudoTerminal();
        await SetUnusualModesAsync(terminal);
        foreach (string use in new[] { "", "console" })
        {
            await using HostProcess host = await HostProcess.StartReadyAsync(terminal, "ctrl-p,ctrl-q", use);
            string before = terminal.Modes;
            await host.BridgeAsync(terminal);
            await host.SendAsync(ending);
            Assert.Equal(report, await host.NextAsync(kind));
            Assert.Equal(before, terminal.Modes);
            await host.SendAsync("finish");
            Assert.Equal(0, await host.ExitCodeAsync());
        }
    }

    [SkippableTheory]
    [InlineData(PtyNative.SigTerm, 143)]
    [InlineData(PtyNative.SigHup, 129)]
    public async Task A_signal_that_ends_the_process_still_ends_it_and_restores_modes_and_screen(int signal, int exitCode)
    {
        using var terminal = new PseudoTerminal();
        await SetUnusualModesAsync(terminal);
        string before = terminal.Modes;
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        await host.PrintAsync(Encoding.ASCII.GetBytes(InFullScreenProgram));
        await terminal.WaitForOutputAsync(output => Encoding.ASCII.GetString(output).EndsWith("text", StringComparison.Ordinal));
        host.Signal(signal);
        Assert.Equal(exitCode, await host.ExitCodeAsync());
        Assert.Equal(before, terminal.Modes);
        await terminal.WaitForOutputAsync(output => Encoding.ASCII.GetString(output).Contains("\x1b[?1049l", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(PtyNative.SigInt)]
    [InlineData(PtyNative.SigQuit)]
    public async Task An_interrupt_from_outside_restores_the_modes_of_a_process_that_dies_of_it(int signal)
    {
        using var terminal = new PseudoTerminal();
        string before = terminal.Modes;
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        host.Signal(signal);
        Assert.Equal(128 + signal, await host.ExitCodeAsync());
        Assert.Equal(before, terminal.Modes);
    }

    [SkippableTheory]
    [InlineData(PtyNative.SigInt)]
    [InlineData(PtyNative.SigQuit)]
    public async Task An_interrupt_from_outside_ends_the_session_of_a_process_that_survives_it(int signal)
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartReadyAsync(terminal, "ctrl-p,ctrl-q", "console", "handler");
        string before = terminal.Modes;
        await host.BridgeAsync(terminal);
        host.Signal(signal);
        Assert.Equal("Canceled", await host.NextAsync("result"));
        Assert.Equal(before, terminal.Modes);
        await host.SendAsync("finish");
        Assert.Equal(0, await host.ExitCodeAsync());
    }

    [SkippableTheory]
    [InlineData("crash", 134)]
    [InlineData("exit", 5)]
    public async Task An_unhandled_exception_and_an_exit_elsewhere_restore_the_modes(string command, int exitCode)
    {
        using var terminal = new PseudoTerminal();
        string before = terminal.Modes;
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        await host.SendAsync(command);
        Assert.Equal(exitCode, await host.ExitCodeAsync());
        Assert.Equal(before, terminal.Modes);
    }

    [SkippableFact]
    public async Task A_process_whose_terminal_is_closed_ends()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        terminal.HangUp();
        Assert.Equal(129, await host.ExitCodeAsync());
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("console")]
    public async Task A_session_that_was_stopped_is_raw_again_when_it_continues(string use)
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartReadyAsync(terminal, "ctrl-p,ctrl-q", use);
        string before = terminal.Modes;
        await host.BridgeAsync(terminal);
        string raw = terminal.Modes;
        host.Signal(PtyNative.SigStop);
        await host.WaitForStateAsync('T');
        terminal.Modes = before;
        host.Signal(PtyNative.SigCont);
        await Limits.EventuallyAsync(() => terminal.Modes == raw, "the terminal is raw again");
        terminal.Type("\x03");
        Assert.Equal([3], await host.InputAsync(1));
        await host.SendAsync("end");
        await host.NextAsync("result");
        Assert.Equal(before, terminal.Modes);
    }

    [SkippableFact]
    public async Task A_child_process_that_shares_the_terminal_disturbs_a_session_only_while_it_runs()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartReadyAsync(terminal, "ctrl-p,ctrl-q", "console");
        await host.BridgeAsync(terminal);
        string raw = terminal.Modes;
        await host.SendAsync("child");
        Assert.Equal("child", await host.NextAsync("done"));
        await Limits.EventuallyAsync(() => terminal.Modes == raw, "the terminal is raw again");
    }

    [SkippableTheory]
    [InlineData("lose", "failed")]
    [InlineData("cancel", "result")]
    [InlineData("end", "result")]
    public async Task A_full_screen_program_that_was_cut_off_leaves_no_trace(string ending, string kind)
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        await host.PrintAsync(Encoding.ASCII.GetBytes("$ vi\r\n" + InFullScreenProgram));
        await terminal.WaitForOutputAsync(output => Encoding.ASCII.GetString(output).EndsWith("text", StringComparison.Ordinal));
        int shown = terminal.Output.Length;
        await host.SendAsync(ending);
        await host.NextAsync(kind);
        const string Undo = "\x1b[?1049l\x1b[?1l\x1b[?25h\x1b[?66l\x1b[?1000l\x1b[?1006l\x1b[?2004l\x1b[0m";
        byte[] output = await terminal.WaitForOutputAsync(written => written.Length >= shown + Undo.Length);
        Assert.Equal(Undo, Encoding.ASCII.GetString(output[shown..]));
    }

    [SkippableFact]
    public async Task The_prompt_after_a_session_that_was_cut_off_starts_on_a_line_of_its_own()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        await host.PrintAsync("/ # "u8.ToArray());
        await terminal.WaitForOutputAsync(output => output.Length >= 4);
        terminal.Type("\x10\x11");
        Assert.Equal("Detached", await host.NextAsync("result"));
        Assert.Equal("/ # \r\n"u8.ToArray(), await terminal.WaitForOutputAsync(output => output.Length >= 6));
    }

    /// <summary>Modes that nobody would restore by guessing.</summary>
    private static async Task SetUnusualModesAsync(PseudoTerminal terminal)
    {
        using var stty = Process.Start("stty", ["-F", terminal.Name, "-ixon", "-onlcr", "istrip", "erase", "^H", "intr", "^X", "min", "3"]);
        await stty.WaitForExitAsync();
        Assert.Equal(0, stty.ExitCode);
    }
}
