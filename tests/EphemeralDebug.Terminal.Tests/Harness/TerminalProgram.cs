using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EphemeralDebug.Terminal.Tests.Harness;

/// <summary>A program in a pseudo-terminal of its own: what a person sees and types.</summary>
internal sealed class TerminalProgram : IDisposable
{
    private static readonly byte[] s_cursorQuery = "\u001b[6n"u8.ToArray();

    private readonly Process _process;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _answering;
    private int _seen;
    private int _answered;

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    public TerminalProgram(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        Terminal.Resize(new TerminalSize(100, 30));

        // The shell that setsid starts leads the session, so the first terminal it opens becomes the session's, and the
        // program takes the shell's place.
        string[] command = ["sh", "-c", "exec <\"$TTY\" >\"$TTY\" 2>&1; exec \"$@\"", "sh", program, .. arguments];
        var start = new ProcessStartInfo("setsid", command) { UseShellExecute = false };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["TTY"] = Terminal.Name;
        start.Environment["TERM"] = "xterm";
        Before = Terminal.Modes;
        _process = Process.Start(start)!;
        _answering = AnswerAsync();
    }

    public PseudoTerminal Terminal { get; } = new();

    /// <summary>The terminal's modes before the program changed them.</summary>
    public string Before { get; }

    /// <summary>Types, and waits until the text was shown after what was waited for before.</summary>
    public async Task TypeAsync(string keys, string expected)
    {
        // A terminal answers before a person types.
        await Limits.EventuallyAsync(
            () => Volatile.Read(ref _answered) >= CountQueries(Terminal.Output), "the cursor's place is told");
        Terminal.Type(keys);
        await WaitAsync(expected);
    }

    public async Task WaitAsync(string expected)
    {
        try
        {
            byte[] output = await Terminal.WaitForOutputAsync(bytes => Find(bytes, expected) >= 0);
            _seen = Find(output, expected) + expected.Length;
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"'{expected}' was not shown; the terminal shows: {Encoding.UTF8.GetString(Terminal.Output)}");
        }
    }

    /// <summary>The number that was shown after what was waited for last.</summary>
    public async Task<int> ReadNumberAsync()
    {
        string Digits(byte[] output) => new([.. Encoding.UTF8.GetString(output)[_seen..].TakeWhile(char.IsAsciiDigit)]);
        byte[] output = await Terminal.WaitForOutputAsync(bytes => Encoding.UTF8.GetString(bytes).Length > _seen + Digits(bytes).Length);
        return int.Parse(Digits(output), CultureInfo.InvariantCulture);
    }

    public void Signal(int signal) => Assert.Equal(0, PtyNative.Kill(_process.Id, signal));

    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Limits.Step);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _ended.Cancel();
        _answering.Wait(Limits.Step);
        _ended.Dispose();
        _process.Dispose();
        Terminal.Dispose();
    }

    /// <summary>Answers where the cursor is, as a terminal does: whoever asks waits for it.</summary>
    private async Task AnswerAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            int asked = CountQueries(Terminal.Output);
            for (; _answered < asked; Interlocked.Increment(ref _answered))
            {
                Terminal.Type("\u001b[1;1R");
            }

            int known = asked;
            await Task.WhenAny(
                Terminal.WaitForOutputAsync(bytes => CountQueries(bytes) > known),
                Task.Delay(Timeout.Infinite, _ended.Token));
        }
    }

    private static int CountQueries(ReadOnlySpan<byte> output) => output.Count(s_cursorQuery);

    private int Find(byte[] output, string expected) =>
        Encoding.UTF8.GetString(output).IndexOf(expected, _seen, StringComparison.Ordinal);
}
