using System.Runtime.InteropServices;

namespace EphemeralDebug.Terminal.Native;

/// <summary><c>INPUT_RECORD</c>. All events but keys are told apart by <see cref="EventType"/> and ignored.</summary>
[StructLayout(LayoutKind.Explicit, Size = 20)]
internal struct InputRecord
{
    public const ushort KeyEventType = 0x0001;

    [FieldOffset(0)]
    public ushort EventType;

    [FieldOffset(4)]
    public KeyEvent Key;
}

/// <summary><c>KEY_EVENT_RECORD</c>; <see cref="Character"/> is one UTF-16 code unit, 0 when the key has none.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KeyEvent
{
    public int IsDown;
    public ushort RepeatCount;
    public ushort VirtualKey;
    public ushort ScanCode;
    public ushort Character;
    public uint ControlKeyState;
}

/// <summary><c>CONSOLE_SCREEN_BUFFER_INFO</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ScreenBufferInfo
{
    public short BufferColumns;
    public short BufferRows;
    public short CursorColumn;
    public short CursorRow;
    public ushort Attributes;
    public short WindowLeft;
    public short WindowTop;
    public short WindowRight;
    public short WindowBottom;
    public short MaximumColumns;
    public short MaximumRows;
}
