using System.Text;
using EphemeralDebug.Terminal.Tests.Harness;

namespace EphemeralDebug.Terminal.Tests;

/// <summary>
/// The Windows build of the terminal, in Wine's console on a pseudo-terminal. tests/Windows/run.sh names the program that
/// starts it.
/// </summary>
public sealed class WindowsConsoleTests
{
    private const string HostVariable = "EPHEMERALDEBUG_WINDOWS_TERMINAL_HOST";
    private const string DetachKeys = "ctrl-p,ctrl-q";

    [SkippableTheory]
    [InlineData("a")]
    [InlineData("\x1a")] // Ctrl+Z
    [InlineData("\x04")] // Ctrl+D
    [InlineData("\x13\x11")] // Ctrl+S, Ctrl+Q
    [InlineData("\x1b[A")] // Up
    [InlineData("\x1b[3~")] // Delete
    [InlineData("\x1b[15~")] // F5
    [InlineData("\x1b[1;5D")] // Ctrl+Left
    [InlineData("\x1bx")] // Alt+X
    [InlineData("\x1b")] // Escape
    [InlineData("\r")]
    [InlineData("\x7f")]
    [InlineData("Zażółć 猫 🐈")]
    public async Task A_key_arrives_as_a_terminal_sends_it(string key)
    {
        using var terminal = new PseudoTerminal();
        (HostProcess host, _) = await StartBridgeAsync(terminal);
        await using HostProcess started = host;
        terminal.Type(key);
        byte[] expected = Encoding.UTF8.GetBytes(key);
        Assert.Equal(expected, await host.InputAsync(expected.Length));
    }

    // Wine's console ends for a typed Ctrl+C that nobody wants as a signal, so this key comes as a record.
    [SkippableFact]
    public async Task Ctrl_C_is_a_key_and_no_signal()
    {
        using var terminal = new PseudoTerminal();
        (HostProcess host, _) = await StartBridgeAsync(terminal);
        await using HostProcess started = host;
        const int KeyC = 0x43;
        const int LeftControl = 8;
        await host.SendAsync($"press {KeyC},3,{LeftControl}");
        Assert.Equal("\x03"u8.ToArray(), await host.InputAsync(1));
    }

    [SkippableFact]
    public async Task An_interrupt_from_outside_ends_the_session_of_a_process_that_survives_it_and_restores_the_console()
    {
        using var terminal = new PseudoTerminal();
        (HostProcess host, string before) = await StartBridgeAsync(terminal, "handler");
        await using HostProcess started = host;
        await host.SendAsync("interrupt");
        Assert.Equal("Canceled", await host.NextAsync("result"));
        Assert.Equal(before, await StateAsync(host));
    }

    [SkippableFact]
    public async Task Output_is_drawn_with_its_colours_and_characters()
    {
        using var terminal = new PseudoTerminal();
        (HostProcess host, _) = await StartBridgeAsync(terminal);
        await using HostProcess started = host;
        await host.PrintAsync("\x1b[31mrot \x1b[0mŻółć 猫\r\nnext\r\n"u8.ToArray());
        byte[] drawn = await terminal.WaitForOutputAsync(output => output.AsSpan().IndexOf("next"u8) >= 0);
        Assert.Contains("\x1b[31mrot", Encoding.UTF8.GetString(drawn), StringComparison.Ordinal);
        Assert.Contains("Żółć 猫", Encoding.UTF8.GetString(drawn), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_size_is_sent_on_entry_and_on_every_change()
    {
        using var terminal = new PseudoTerminal();
        (HostProcess host, _) = await StartBridgeAsync(terminal);
        await using HostProcess started = host;
        Assert.Equal("80x24", await host.NextAsync("size"));
        await host.SendAsync("resize 100x30");
        string size;
        do
        {
            size = await host.NextAsync("size");
        }
        while (size != "100x30");
    }

    [SkippableTheory]
    [InlineData("end", "result")]
    [InlineData("lose", "failed")]
    [InlineData("cancel", "result")]
    public async Task Modes_and_code_pages_are_those_from_before_and_the_next_key_is_not_stolen(string ending, string report)
    {
        using var terminal = new PseudoTerminal();
        (HostProcess host, string before) = await StartBridgeAsync(terminal, "console");
        await using HostProcess started = host;
        await host.SendAsync(ending);
        await host.NextAsync(report);
        Assert.Equal(before, await StateAsync(host));
        terminal.Type("k");
        await host.SendAsync("readkey");
        Assert.Equal("k", await host.NextAsync("key"));
    }

    [SkippableFact]
    public async Task Detach_keys_end_the_session_and_keys_behind_them_are_left_to_the_next_reader()
    {
        using var terminal = new PseudoTerminal();
        (HostProcess host, string before) = await StartBridgeAsync(terminal, "console");
        await using HostProcess started = host;
        terminal.Type("x\x10\x11y");
        Assert.Equal("Detached", await host.NextAsync("result"));
        Assert.Equal("x"u8.ToArray(), await host.InputAsync(1));
        Assert.Equal(before, await StateAsync(host));
        await host.SendAsync("readkey");
        Assert.Equal("y", await host.NextAsync("key"));
    }

    /// <summary>Starts the host and lets it bridge; with it, the console's state from before.</summary>
    private static async Task<(HostProcess Host, string Before)> StartBridgeAsync(PseudoTerminal terminal, params string[] arguments)
    {
        string? program = Environment.GetEnvironmentVariable(HostVariable);
        Skip.If(string.IsNullOrEmpty(program), $"Needs Wine: tests/Windows/run.sh sets {HostVariable}.");
        string unixModes = terminal.Modes;
        HostProcess host = await HostProcess.StartAsync(
            terminal, "<\"$TTY\" >\"$TTY\"", [program], [DetachKeys, .. arguments]);
        await host.NextAsync("ready");
        string before = await host.NextAsync("state");
        await host.SendAsync("bridge");
        while (await StateAsync(host) == before)
        {
            // Nothing announces that the console is raw.
        }

        // Wine itself makes the terminal around it raw when the console is read for the first time.
        await Limits.EventuallyAsync(() => terminal.Modes != unixModes, "the terminal around Wine is raw");
        return (host, before);
    }

    private static async Task<string> StateAsync(HostProcess host)
    {
        await host.SendAsync("state");
        return await host.NextAsync("state");
    }
}
