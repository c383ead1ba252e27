using System.Diagnostics;
using System.Globalization;
using System.Text;
using EphemeralDebug.Terminal;
using EphemeralDebug.Terminal.Tests.Harness;

namespace EphemeralDebug.Sandbox.Tests.Kubectl;

/// <summary>kubectl in a real pseudo-terminal: what a person sees and types.</summary>
internal sealed class KubectlSession : IDisposable
{
    private readonly Process _process;
    private int _seen;

    public KubectlSession(KubectlProgram kubectl, params string[] arguments)
    {
        Terminal.Resize(new TerminalSize(100, 30));

        // The shell that setsid starts leads the session, so the first terminal it opens becomes the session's.
        ProcessStartInfo start = kubectl.Prepare("setsid", ["--wait", "sh", "-c", "exec <\"$TTY\" >\"$TTY\" 2>&1; exec \"$@\"", "sh", KubectlProgram.Location!, .. arguments]);
        start.Environment["TTY"] = Terminal.Name;
        start.Environment["TERM"] = "xterm";
        Before = Terminal.Modes;
        _process = Process.Start(start)!;
    }

    public PseudoTerminal Terminal { get; } = new();

    /// <summary>The terminal's modes before kubectl changed them.</summary>
    public string Before { get; }

    /// <summary>Types, and waits until the text was shown after what was waited for before.</summary>
    public async Task TypeAsync(string keys, string expected)
    {
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

        _process.Dispose();
        Terminal.Dispose();
    }

    private int Find(byte[] output, string expected) =>
        Encoding.UTF8.GetString(output).IndexOf(expected, _seen, StringComparison.Ordinal);
}
