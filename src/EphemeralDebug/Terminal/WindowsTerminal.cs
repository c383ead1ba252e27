using System.Runtime.Versioning;
using System.Text;
using EphemeralDebug.Terminal.Native;
using Microsoft.Win32.SafeHandles;

namespace EphemeralDebug.Terminal;

/// <summary>A Windows console.</summary>
/// <remarks>
/// Input is taken as records (ReadConsoleInputW), because ReadFile gives no characters outside ASCII in some versions,
/// and because a wait on the console ends for records too that ReadFile then passes over and blocks on: a released
/// key, a mouse movement. Output goes through WriteConsoleW for the same independence of code pages.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsTerminal : HostTerminal
{
    private const int InputRecords = 128;

    // Older consoles refuse texts of 64 KiB and more.
    private const int OutputSlice = 8 * 1024;

    // A console reports changes of its buffer, not of its window; half of what a user would notice.
    private static readonly TimeSpan s_resizeInterval = TimeSpan.FromMilliseconds(250);

    private readonly nint _input;
    private readonly nint _output;
    private readonly AutoResetEvent _inputAvailable;
    private readonly ConsoleKeyTranslator _translator = new();
    private readonly Queue<byte> _translated = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    private WindowsTerminal(nint input, nint output)
    {
        _input = input;
        _output = output;
        _inputAvailable = new AutoResetEvent(initialState: false);
        _inputAvailable.SafeWaitHandle.Dispose();
        _inputAvailable.SafeWaitHandle = new SafeWaitHandle(input, ownsHandle: false);
    }

    public override TerminalSize Size =>
        Kernel32.GetConsoleScreenBufferInfo(_output, out ScreenBufferInfo info)
            ? new TerminalSize(info.WindowRight - info.WindowLeft + 1, info.WindowBottom - info.WindowTop + 1)
            : default;

    /// <summary>Opens the console of this process.</summary>
    public static WindowsTerminal Connect()
    {
        nint input = Kernel32.GetStdHandle(Kernel32.StandardInput);
        nint output = Kernel32.GetStdHandle(Kernel32.StandardOutput);
        if (input is 0 or -1 || output is 0 or -1)
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.NoTerminal);
        }

        if (!Kernel32.GetConsoleMode(input, out _))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.InputRedirected);
        }

        if (!Kernel32.GetConsoleMode(output, out _))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.OutputRedirected);
        }

        return new WindowsTerminal(input, output);
    }

    public override int Read(Span<byte> buffer, byte? until, CancellationToken cancellationToken)
    {
        while (_translated.Count == 0)
        {
            WaitHandle.WaitAny([cancellationToken.WaitHandle, _inputAvailable]);
            cancellationToken.ThrowIfCancellationRequested();
            TakeRecords(until);
        }

        int count = 0;
        while (count < buffer.Length && _translated.TryDequeue(out byte value))
        {
            buffer[count++] = value;
        }

        return count;
    }

    public override void Dispose()
    {
        _inputAvailable.Dispose();
        base.Dispose();
    }

    protected override TerminalModes CaptureModes() => new WindowsTerminalModes(_input, _output);

    protected override Task WaitForResizeAsync(CancellationToken cancellationToken) =>
        Task.Delay(s_resizeInterval, cancellationToken);

    protected override int WriteSome(ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> slice = data[..Math.Min(data.Length, OutputSlice)];
        Span<char> text = stackalloc char[OutputSlice + 1];

        // The decoder keeps a character that is split between two slices.
        text = text[.._decoder.GetChars(slice, text, flush: false)];
        while (!text.IsEmpty)
        {
            if (!Kernel32.WriteConsole(_output, text, (uint)text.Length, out uint written, 0))
            {
                throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
            }

            text = text[(int)written..];
        }

        return slice.Length;
    }

    /// <summary>Looks at the records that are there, and takes them up to the one that produced <paramref name="until"/>.</summary>
    private void TakeRecords(byte? until)
    {
        Span<InputRecord> records = stackalloc InputRecord[InputRecords];
        if (!Kernel32.PeekConsoleInput(_input, records, InputRecords, out uint available))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }

        uint taken = 0;
        bool reached = false;
        while (taken < available && !reached)
        {
            InputRecord record = records[(int)taken++];
            if (record.EventType == InputRecord.KeyEventType)
            {
                reached = Enqueue(_translator.Translate(record.Key), until);
            }
        }

        if (taken > 0 && !Kernel32.ReadConsoleInput(_input, records, taken, out _))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }
    }

    private bool Enqueue(ReadOnlySpan<byte> translated, byte? until)
    {
        bool reached = false;
        foreach (byte value in translated)
        {
            _translated.Enqueue(value);
            reached |= value == until;
        }

        return reached;
    }
}
