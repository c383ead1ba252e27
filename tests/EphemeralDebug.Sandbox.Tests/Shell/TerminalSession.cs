using System.Text;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Tests.Shell;

/// <summary>A user at a terminal.</summary>
internal sealed class TerminalSession : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20));
    private readonly byte[] _buffer = new byte[4096];
    private readonly StringBuilder _screen = new();
    private int _expected;

    public TerminalSession(ShellHost host, IReadOnlyList<string> command, WindowSize size = default)
    {
        Terminal = new PseudoTerminal();
        Terminal.Resize(size);
        Process = host.Start(command, terminal: Terminal);
    }

    public PseudoTerminal Terminal { get; }

    public SimulatedProcess Process { get; }

    /// <summary>Everything that was shown, with ESC as «.</summary>
    public string Screen => _screen.ToString().Replace('\u001b', '«');

    public async Task TypeAsync(string keys) => await Terminal.TypeAsync(Encoding.UTF8.GetBytes(keys), _limit.Token);

    /// <summary>Reads until the text is shown, after what was expected before.</summary>
    public async Task ExpectAsync(string text)
    {
        int found;
        while ((found = Screen.IndexOf(text, _expected, StringComparison.Ordinal)) < 0)
        {
            int length;
            try
            {
                length = await Terminal.ReadScreenAsync(_buffer, _limit.Token);
            }
            catch (OperationCanceledException)
            {
                length = 0;
            }

            Assert.True(length > 0, $"'{text}' was not shown; the screen has: {Screen[_expected..]}");
            _screen.Append(ByteText.Decode(_buffer.AsSpan(0, length)));
        }

        _expected = found + text.Length;
    }

    public async Task<int> ReadToEndAsync()
    {
        int length;
        while ((length = await Terminal.ReadScreenAsync(_buffer, _limit.Token)) > 0)
        {
            _screen.Append(ByteText.Decode(_buffer.AsSpan(0, length)));
        }

        return (await Process.Exited.WaitAsync(_limit.Token)).Code;
    }

    public void Dispose() => _limit.Dispose();
}
