using System.Runtime.CompilerServices;

namespace EphemeralDebug.Terminal;

/// <summary>
/// The terminal that this process runs in, read and written as raw bytes.
/// </summary>
/// <remarks>
/// <see cref="Console"/> is deliberately not used. Its input stream is line-buffered and decodes keys, its first use
/// changes the terminal's modes and prints a keypad sequence, and it would compete for the keys with the shell's own
/// reader, which gets the terminal back afterwards.
/// </remarks>
internal abstract class HostTerminal : IDisposable
{
    // A terminal that takes nothing for so long is stuck, and nobody sees what would be restored on it.
    private static readonly TimeSpan s_restoreLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_abandonLimit = TimeSpan.FromMilliseconds(100);

    private readonly Lock _outputGate = new();
    private readonly ScreenTracker _screen = new();
    private bool _muted;

    /// <summary>The window's size now; not <see cref="TerminalSize.IsKnown"/> when the terminal does not say.</summary>
    public abstract TerminalSize Size { get; }

    /// <summary>Opens the terminal that standard input and output are connected to.</summary>
    /// <exception cref="TerminalUnavailableException">One of them is no terminal.</exception>
    public static HostTerminal Open() => OperatingSystem.IsWindows() ? WindowsTerminal.Connect() : UnixTerminal.Connect();

    /// <summary>Switches to raw mode until the result is disposed of or the process ends.</summary>
    /// <exception cref="TerminalUnavailableException">The terminal has gone or cannot be raw.</exception>
    public RawMode EnterRawMode()
    {
        lock (_outputGate)
        {
            _muted = false;
        }

        return new RawMode(this, CaptureModes());
    }

    /// <summary>
    /// Blocks until there is input and reads some of it, but nothing after the first <paramref name="until"/>: what
    /// has been read cannot be given back to the next reader of the terminal.
    /// </summary>
    /// <returns>The number of bytes, at least 1.</returns>
    /// <exception cref="OperationCanceledException">Canceled; no input was taken.</exception>
    /// <exception cref="TerminalUnavailableException">The terminal has gone.</exception>
    public abstract int Read(Span<byte> buffer, byte? until, CancellationToken cancellationToken);

    /// <summary>Writes all bytes unchanged, or nothing once the terminal was abandoned.</summary>
    /// <exception cref="OperationCanceledException">Canceled before everything was written.</exception>
    /// <exception cref="TerminalUnavailableException">The terminal has gone.</exception>
    public void Write(ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        lock (_outputGate)
        {
            if (!_muted)
            {
                WriteAll(data, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Undoes what the output switched on and left on: alternate screen, hidden cursor, mouse reports, colours and
    /// the like. Writes nothing when nothing was left on, as after a program that ended by itself.
    /// </summary>
    /// <param name="startLine">Also ends a line that was begun, so that the next prompt stands on its own.</param>
    public void RestoreScreen(bool startLine)
    {
        using var limit = new CancellationTokenSource(s_restoreLimit);
        lock (_outputGate)
        {
            WriteUndo(startLine, limit.Token);
        }
    }

    /// <summary>Restores the screen as far as that is possible at once, and lets nothing more be written: the process is dying.</summary>
    public void Abandon()
    {
        if (!_outputGate.TryEnter(s_abandonLimit))
        {
            return;
        }

        try
        {
            WriteUndo(startLine: true, new CancellationToken(canceled: true));
            _muted = true;
        }
        finally
        {
            _outputGate.Exit();
        }
    }

    /// <summary>The window's size at once, if it is known, and then every other size it gets; sizes that nobody took are skipped.</summary>
    public async IAsyncEnumerable<TerminalSize> SizesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TerminalSize last = default;
        while (true)
        {
            TerminalSize size = Size;
            if (size.IsKnown && size != last)
            {
                last = size;
                yield return size;
            }

            await WaitForResizeAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Notes the modes as they are now.</summary>
    protected abstract TerminalModes CaptureModes();

    /// <summary>Returns when the size may have changed since the last call.</summary>
    protected abstract Task WaitForResizeAsync(CancellationToken cancellationToken);

    /// <summary>Writes at least one byte and returns how many. With a canceled token: what the terminal takes at once.</summary>
    protected abstract int WriteSome(ReadOnlySpan<byte> data, CancellationToken cancellationToken);

    private void WriteUndo(bool startLine, CancellationToken cancellationToken)
    {
        if (_muted)
        {
            return;
        }

        try
        {
            WriteAll(_screen.Undo(startLine), cancellationToken);
        }
        catch (Exception error) when (error is OperationCanceledException or TerminalUnavailableException)
        {
            // A terminal that is stuck or gone shows nothing that could be put right.
        }
    }

    private void WriteAll(ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            int written = WriteSome(data, cancellationToken);
            _screen.Track(data[..written]);
            data = data[written..];
        }
    }
}
