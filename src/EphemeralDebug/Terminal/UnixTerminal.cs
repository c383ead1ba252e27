using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading.Channels;
using EphemeralDebug.Terminal.Native;

namespace EphemeralDebug.Terminal;

/// <summary>A terminal on file descriptors 0 and 1.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixTerminal : HostTerminal
{
    private const int Input = 0;
    private const int Output = 1;

    // The descriptors are shared with the shell that started this process, so they cannot be made non-blocking. When
    // poll() says that a pseudo-terminal takes output, it takes this much of it without blocking.
    private const int OutputSlice = 1024;

    private readonly DescriptorWaiter _readable = new(Input, LibC.PollIn);
    private readonly DescriptorWaiter _writable = new(Output, LibC.PollOut);
    private readonly Channel<bool> _resizes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly PosixSignalRegistration _windowChanged;

    private UnixTerminal() =>
        _windowChanged = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _resizes.Writer.TryWrite(true));

    public override TerminalSize Size =>
        LibC.GetWindowSize(Output, out WindowSize size) < 0 ? default : new TerminalSize(size.Columns, size.Rows);

    /// <summary>Opens the terminal of this process.</summary>
    public static UnixTerminal Connect()
    {
        if (LibC.IsATty(Input) == 0)
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.InputRedirected);
        }

        if (LibC.IsATty(Output) == 0)
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.OutputRedirected);
        }

        return new UnixTerminal();
    }

    public override int Read(Span<byte> buffer, byte? until, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            _readable.Wait(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            count = until is byte last ? ReadUntil(buffer, last) : ReadAvailable(buffer);
        }
        while (count == 0);
        return count;
    }

    public override void Dispose()
    {
        _windowChanged.Dispose();
        _readable.Dispose();
        _writable.Dispose();
        base.Dispose();
    }

    protected override TerminalModes CaptureModes() => new UnixTerminalModes(Input);

    protected override async Task WaitForResizeAsync(CancellationToken cancellationToken) =>
        await _resizes.Reader.ReadAsync(cancellationToken);

    protected override int WriteSome(ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> slice = data[..Math.Min(data.Length, OutputSlice)];
        while (true)
        {
            _writable.Wait(cancellationToken);
            nint written = LibC.Write(Output, slice, (nuint)slice.Length);
            if (written > 0)
            {
                return (int)written;
            }

            ThrowUnlessTransient(written);
        }
    }

    /// <summary>Byte by byte, because a terminal cannot be peeked into: 0.1 s for 100 KB of pasted text, nothing for typing.</summary>
    private int ReadUntil(Span<byte> buffer, byte last)
    {
        int count = 0;
        while (count < buffer.Length && ReadAvailable(buffer.Slice(count, 1)) == 1)
        {
            count++;
            if (buffer[count - 1] == last || !_readable.IsReady())
            {
                break;
            }
        }

        return count;
    }

    /// <summary>The number of bytes read, 0 when there were none after all.</summary>
    private static int ReadAvailable(Span<byte> buffer)
    {
        nint count = LibC.Read(Input, buffer, (nuint)buffer.Length);
        if (count > 0)
        {
            return (int)count;
        }

        ThrowUnlessTransient(count);
        return 0;
    }

    /// <summary>A raw terminal has no end of file: nothing at all, or an input/output error, means that it was closed.</summary>
    private static void ThrowUnlessTransient(nint result)
    {
        int error = Marshal.GetLastPInvokeError();
        if (result == 0 || (error != LibC.Eintr && error != LibC.Eagain))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }
    }
}
