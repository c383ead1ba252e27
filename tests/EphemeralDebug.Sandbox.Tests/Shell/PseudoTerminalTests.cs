using System.Text;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Tests.Shell;

/// <summary>What becomes of input that nobody has read when a program changes the mode, as in Linux' n_tty.</summary>
public sealed class PseudoTerminalTests
{
    private readonly PseudoTerminal _terminal = new();
    private readonly byte[] _buffer = new byte[64];

    [Fact]
    public async Task Keys_that_nobody_read_are_one_line_for_a_reader_of_lines()
    {
        _terminal.Settings = TerminalSettings.LineEditing;
        await TypeAsync("ab\rc");

        _terminal.Settings = TerminalSettings.Default;

        Assert.Equal("ab\nc", await ReadAsync());
        Assert.False(_terminal.HasInput);
    }

    [Fact]
    public async Task A_return_key_that_came_unmapped_stays_so()
    {
        _terminal.Settings = TerminalSettings.KeyByKey;
        await TypeAsync("ab\r");

        _terminal.Settings = TerminalSettings.Default;

        Assert.Equal("ab\r", await ReadAsync());
    }

    [Fact]
    public async Task The_interrupt_key_is_input_when_signals_were_off_as_it_came()
    {
        _terminal.Settings = TerminalSettings.LineEditing;
        await TypeAsync("a\u0003");

        _terminal.Settings = TerminalSettings.Default;

        Assert.Equal("a\u0003", await ReadAsync());
    }

    [Fact]
    public async Task What_a_reader_of_keys_has_read_does_not_come_again()
    {
        _terminal.Settings = TerminalSettings.LineEditing;
        await TypeAsync("abc");
        await _terminal.ReadAsync(_buffer.AsMemory(0, 1), CancellationToken.None);

        _terminal.Settings = TerminalSettings.Default;

        Assert.Equal("bc", await ReadAsync());
    }

    [Fact]
    public async Task An_end_of_file_that_nobody_read_is_a_nul_for_a_reader_of_keys()
    {
        await TypeAsync("a\r\u0004");

        _terminal.Settings = TerminalSettings.KeyByKey;

        Assert.Equal("a\n\0", await ReadAsync());
    }

    [Fact]
    public async Task Lines_keep_apart_while_the_mode_stays()
    {
        await TypeAsync("a\rb\r");

        _terminal.Settings = TerminalSettings.Default with { Echo = false };

        Assert.Equal("a\n", await ReadAsync());
        Assert.Equal("b\n", await ReadAsync());
    }

    private ValueTask TypeAsync(string keys) => _terminal.TypeAsync(Encoding.ASCII.GetBytes(keys), CancellationToken.None);

    private async Task<string> ReadAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return Encoding.ASCII.GetString(_buffer, 0, await _terminal.ReadAsync(_buffer, limit.Token));
    }
}
