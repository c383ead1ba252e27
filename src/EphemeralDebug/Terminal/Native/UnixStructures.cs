using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EphemeralDebug.Terminal.Native;

/// <summary>
/// A <c>struct termios</c> that is only ever copied. Its fields differ between systems, its size is 60 bytes on Linux
/// (glibc and musl) and 72 on macOS; 128 leave room.
/// </summary>
[InlineArray(128)]
internal struct TermiosBuffer
{
    private byte _first;
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short ReturnedEvents;
}

/// <summary><c>struct winsize</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WindowSize
{
    public ushort Rows;
    public ushort Columns;
    public ushort PixelWidth;
    public ushort PixelHeight;
}
