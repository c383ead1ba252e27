using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EphemeralDebug.Terminal.Native;

[assembly: DisableRuntimeMarshalling]

namespace EphemeralDebug.Terminal.TestHost;

/// <summary>
/// What a user does to a Windows console that cannot be typed into a Unix terminal around it
/// (https://learn.microsoft.com/windows/console/console-functions).
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsConsole
{
    private const string Library = "kernel32.dll";

    /// <summary>Input mode, output mode, input code page, output code page.</summary>
    public static string State
    {
        get
        {
            Check(Kernel32.GetConsoleMode(Input, out uint input));
            Check(Kernel32.GetConsoleMode(Output, out uint output));
            return string.Create(CultureInfo.InvariantCulture, $"{input:x}-{output:x}-{GetConsoleCP()}-{GetConsoleOutputCP()}");
        }
    }

    private static nint Input => Kernel32.GetStdHandle(Kernel32.StandardInput);

    private static nint Output => Kernel32.GetStdHandle(Kernel32.StandardOutput);

    /// <summary>Presses and releases a key, given as virtual key, character and control key state, in decimal.</summary>
    public static void Press(string key)
    {
        uint[] parts = [.. key.Split(',').Select(part => uint.Parse(part, CultureInfo.InvariantCulture))];
        Span<InputRecord> records = stackalloc InputRecord[2];
        for (int i = 0; i < records.Length; i++)
        {
            records[i].EventType = InputRecord.KeyEventType;
            records[i].Key = new KeyEvent
            {
                IsDown = 1 - i,
                RepeatCount = 1,
                VirtualKey = (ushort)parts[0],
                Character = (ushort)parts[1],
                ControlKeyState = parts[2],
            };
        }

        Check(WriteConsoleInput(Input, records, (uint)records.Length, out _));
    }

    /// <summary>Makes the window, and the buffer behind it, of another size, such as <c>100x30</c>.</summary>
    public static void Resize(string size)
    {
        short[] parts = [.. size.Split('x').Select(part => short.Parse(part, CultureInfo.InvariantCulture))];
        Check(SetConsoleScreenBufferSize(Output, (parts[1] << 16) | (ushort)parts[0]));
        Check(SetConsoleWindowInfo(Output, absolute: true, [0, 0, (short)(parts[0] - 1), (short)(parts[1] - 1)]));
    }

    /// <summary>Sends the console's processes the signal that Ctrl+C is where it is a signal. Under Wine the one of
    /// Ctrl+Break ends a thread instead.</summary>
    public static void Interrupt() => Check(GenerateConsoleCtrlEvent(controlEvent: 0, processGroup: 0));

    private static void Check(bool success)
    {
        if (!success)
        {
            throw new System.ComponentModel.Win32Exception();
        }
    }

    [LibraryImport(Library)]
    private static partial uint GetConsoleCP();

    [LibraryImport(Library)]
    private static partial uint GetConsoleOutputCP();

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint controlEvent, uint processGroup);

    [LibraryImport(Library, EntryPoint = "WriteConsoleInputW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WriteConsoleInput(nint console, ReadOnlySpan<InputRecord> records, uint count, out uint written);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleScreenBufferSize(nint console, int columnsAndRows);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleWindowInfo(
        nint console, [MarshalAs(UnmanagedType.Bool)] bool absolute, ReadOnlySpan<short> rectangle);
}
