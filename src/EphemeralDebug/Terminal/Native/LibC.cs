using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EphemeralDebug.Terminal.Native;

/// <summary>
/// The C library's terminal functions, alike in glibc, musl and macOS. Names and meanings are POSIX's, except for
/// cfmakeraw and TIOCGWINSZ, which all three have.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class LibC
{
    private const string Library = "libc";

    /// <summary>Applies at once. The other choices wait for output to drain, which a stopped terminal never does, or discard what was typed ahead.</summary>
    public const int TcsaNow = 0;

    public const short PollIn = 0x1;
    public const short PollOut = 0x4;

    public const int Eintr = 4;
    public const int Eio = 5;

    /// <summary>EAGAIN is 11 on Linux and 35 on macOS and the BSDs.</summary>
    public static int Eagain { get; } = OperatingSystem.IsLinux() ? 11 : 35;

    [LibraryImport(Library, EntryPoint = "isatty")]
    public static partial int IsATty(int descriptor);

    [LibraryImport(Library, EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int TcGetAttr(int descriptor, out TermiosBuffer modes);

    [LibraryImport(Library, EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int TcSetAttr(int descriptor, int when, in TermiosBuffer modes);

    [LibraryImport(Library, EntryPoint = "cfmakeraw")]
    public static partial void CfMakeRaw(ref TermiosBuffer modes);

    [LibraryImport(Library, EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int TcGetPgrp(int descriptor);

    [LibraryImport(Library, EntryPoint = "getpgrp")]
    public static partial int GetPgrp();

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollDescriptor> descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    /// <summary>The window's size as the kernel knows it; a negative result means that there is none.</summary>
    public static int GetWindowSize(int descriptor, out WindowSize size)
    {
        // The generic Linux number; POWER took its numbers from the BSDs, as macOS did.
        bool generic = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture != Architecture.Ppc64le;
        nuint getWindowSize = generic ? 0x5413u : 0x40087468u;

        // ioctl is variadic, and on Apple's ARM64 variadic arguments travel on the stack: fill the registers first.
        bool variadicOnStack = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        return variadicOnStack
            ? IoctlVariadicOnStack(descriptor, getWindowSize, 0, 0, 0, 0, 0, 0, out size)
            : Ioctl(descriptor, getWindowSize, out size);
    }

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int descriptor, nuint request, out WindowSize size);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoctlVariadicOnStack(
        int descriptor, nuint request, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, out WindowSize size);
}
