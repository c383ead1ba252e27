using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EphemeralDebug.Terminal.Native;

/// <summary>The Windows console functions (https://learn.microsoft.com/windows/console/console-functions).</summary>
[SupportedOSPlatform("windows")]
internal static partial class Kernel32
{
    private const string Library = "kernel32.dll";

    public const int StandardInput = -10;
    public const int StandardOutput = -11;

    public const uint EnableProcessedInput = 0x0001;
    public const uint EnableLineInput = 0x0002;
    public const uint EnableEchoInput = 0x0004;
    public const uint EnableVirtualTerminalInput = 0x0200;

    public const uint EnableProcessedOutput = 0x0001;
    public const uint EnableWrapAtEolOutput = 0x0002;
    public const uint EnableVirtualTerminalProcessing = 0x0004;
    public const uint DisableNewlineAutoReturn = 0x0008;

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint GetStdHandle(int handle);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetConsoleMode(nint console, out uint mode);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetConsoleMode(nint console, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetConsoleScreenBufferInfo(nint console, out ScreenBufferInfo info);

    [LibraryImport(Library, EntryPoint = "PeekConsoleInputW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool PeekConsoleInput(nint console, Span<InputRecord> records, uint capacity, out uint count);

    [LibraryImport(Library, EntryPoint = "ReadConsoleInputW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ReadConsoleInput(nint console, Span<InputRecord> records, uint capacity, out uint count);

    [LibraryImport(Library, EntryPoint = "WriteConsoleW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool WriteConsole(nint console, ReadOnlySpan<char> text, uint length, out uint written, nint reserved);
}
