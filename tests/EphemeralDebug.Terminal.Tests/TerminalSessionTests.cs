using System.Text;
using EphemeralDebug.Terminal.Tests.Harness;

namespace EphemeralDebug.Terminal.Tests;

/// <summary>What passes between a pseudo-terminal and the remote end.</summary>
public sealed class TerminalSessionTests
{
    [SkippableFact]
    public async Task Every_byte_that_can_be_typed_reaches_the_remote_end_unchanged()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal, "");
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        terminal.Type(all);
        Assert.Equal(all, await host.InputAsync(all.Length));
    }

    [SkippableTheory]
    [InlineData("\x03")] // Ctrl+C
    [InlineData("\x1a")] // Ctrl+Z
    [InlineData("\x04")] // Ctrl+D
    [InlineData("\x13\x11")] // Ctrl+S, Ctrl+Q
    [InlineData("\x1b[A\x1bOB")] // arrows, of both modes
    [InlineData("\x1bx")] // Alt+X
    [InlineData("Zażółć 猫 🐈")]
    public async Task Keys_that_mean_something_to_a_terminal_are_passed_on(string keys)
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        terminal.Type(keys);
        byte[] expected = Encoding.UTF8.GetBytes(keys);
        Assert.Equal(expected, await host.InputAsync(expected.Length));
        Assert.Empty(terminal.Output);
    }

    [SkippableFact]
    public async Task A_long_paste_arrives_whole()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        byte[] paste = [.. Enumerable.Range(0, 100_000).Select(index => (byte)((index * 7) % 251 + 4))];
        paste.AsSpan().Replace((byte)0x10, (byte)0x0d);
        Task typing = Task.Run(() => terminal.Type(paste));
        Assert.Equal(paste, await host.InputAsync(paste.Length));
        await typing;
    }

    [SkippableFact]
    public async Task Output_reaches_the_terminal_unchanged_and_complete()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        byte[] output = [.. Enumerable.Range(0, 200_000).Select(index => (byte)((index * 31) >> 3)).Where(value => value is not (0x1b or 0x0e or 0x18))];
        await host.PrintAsync(output);
        await host.SendAsync("end");
        Assert.Equal("RemoteEnded", await host.NextAsync("result"));
        Assert.Equal(output, await terminal.WaitForOutputAsync(written => written.Length >= output.Length));
    }

    [SkippableFact]
    public async Task The_size_is_sent_on_entry_and_on_every_change()
    {
        using var terminal = new PseudoTerminal();
        terminal.Resize(new TerminalSize(132, 43));
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        Assert.Equal("132x43", await host.NextAsync("size"));
        terminal.Resize(new TerminalSize(100, 30));
        Assert.Equal("100x30", await host.NextAsync("size"));
        terminal.Resize(new TerminalSize(132, 43));
        Assert.Equal("132x43", await host.NextAsync("size"));
    }

    [SkippableFact]
    public async Task A_size_the_terminal_does_not_know_is_not_sent()
    {
        using var terminal = new PseudoTerminal();
        terminal.Resize(default);
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        terminal.Resize(new TerminalSize(90, 20));
        Assert.Equal("90x20", await host.NextAsync("size"));
    }

    [SkippableFact]
    public async Task Detach_keys_end_the_session_and_are_not_passed_on()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        terminal.Type("a\x10");
        Assert.Equal("a"u8.ToArray(), await host.InputAsync(1));
        terminal.Type("b\x10\x11");
        Assert.Equal("Detached", await host.NextAsync("result"));
        Assert.Equal("\x10"u8.ToArray().Append((byte)'b'), await host.InputAsync(2));
    }

    [SkippableFact]
    public async Task Keys_typed_ahead_behind_the_detach_keys_are_left_to_the_next_reader()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartReadyAsync(terminal, "ctrl-p,ctrl-q", "console");
        terminal.Type("x\x10\x11y");
        await host.SendAsync("bridge");
        Assert.Equal("Detached", await host.NextAsync("result"));
        await host.SendAsync("readkey");
        Assert.Equal("y", await host.NextAsync("key"));
    }

    [SkippableTheory]
    [InlineData("end")]
    [InlineData("lose")]
    [InlineData("cancel")]
    public async Task The_next_key_after_a_session_belongs_to_the_next_reader(string ending)
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal, "ctrl-p,ctrl-q", "console");
        await host.SendAsync(ending);
        await host.NextAsync(ending == "lose" ? "failed" : "result");
        terminal.Type("k");
        await host.SendAsync("readkey");
        Assert.Equal("k", await host.NextAsync("key"));
    }

    [SkippableFact]
    public async Task A_remote_end_that_takes_no_input_holds_no_more_than_one_chunk_of_it()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal, "ctrl-p,ctrl-q", "console");
        await host.SendAsync("stall");
        await host.NextAsync("done");
        terminal.Type("a");
        await host.InputAsync(1);
        terminal.Type("b");
        await host.SendAsync("cancel");
        Assert.Equal("Canceled", await host.NextAsync("result"));
        await host.SendAsync("readkey");
        Assert.Equal("b", await host.NextAsync("key"));
    }

    [SkippableFact]
    public async Task A_key_refused_while_the_remote_end_is_ending_is_no_error()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        await host.SendAsync("refuse");
        await host.NextAsync("done");
        terminal.Type("a");
        await host.NextAsync("refused");
        await host.SendAsync("end");
        Assert.Equal("RemoteEnded", await host.NextAsync("result"));
    }

    [SkippableFact]
    public async Task A_key_refused_for_no_known_reason_ends_the_session_with_that_error()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        await host.SendAsync("refuse");
        await host.NextAsync("done");
        terminal.Type("a");
        Assert.Equal("The remote end takes no input.", await host.NextAsync("failed"));
    }

    [SkippableFact]
    public async Task A_terminal_that_shows_nothing_any_more_does_not_hold_up_the_end()
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartBridgeAsync(terminal);
        using (terminal.StopReading())
        {
            await host.PrintAsync(new byte[1_000_000]);
            await host.NextAsync("done");
            await host.SendAsync("cancel");
            Assert.Equal("Canceled", await host.NextAsync("result"));
        }
    }

    [SkippableTheory]
    [InlineData("</dev/null >\"$TTY\"", "InputRedirected")]
    [InlineData("<\"$TTY\" >/dev/null", "OutputRedirected")]
    [InlineData("", "InputRedirected")]
    public async Task Redirected_input_or_output_is_told_apart(string redirection, string reason)
    {
        using var terminal = new PseudoTerminal();
        await using HostProcess host = await HostProcess.StartAsync(terminal, redirection, "");
        Assert.Equal(reason, await host.NextAsync("unavailable"));
        Assert.Equal(3, await host.ExitCodeAsync());
    }
}
