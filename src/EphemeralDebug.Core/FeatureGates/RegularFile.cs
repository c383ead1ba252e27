using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EphemeralDebug.FeatureGates;

/// <summary>
/// What .NET does not tell or change of a Linux file: its type, its owner, its folder's entry on the disk. Nodes run Linux
/// or Windows; elsewhere, where only copies of their files are, a replaced file belongs to who replaces it.
/// </summary>
internal static partial class RegularFile
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;

    // linux/stat.h: struct statx has the same layout on every architecture.
    private const int CurrentFolder = -100;
    private const uint BasicStatus = 0x7FF;
    private const int StatusLength = 256;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;

    /// <summary>Whether a path is a regular file: no folder, device, pipe or socket.</summary>
    public static bool Is(string path) => OperatingSystem.IsLinux()
        ? (ReadStatus(path).Mode & TypeMask) == RegularType
        : (File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.Device)) == FileAttributes.None;

    /// <summary>Gives a file the owner and mode of another one. On Windows the replacement keeps them by itself.</summary>
    public static void CopyOwnerAndMode(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            CopyOwner(from, to);
        }

        // After the owner: a change of owner takes special bits away.
        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
    }

    /// <summary>Writes a folder's entries to the disk, after a rename in it.</summary>
    public static void FlushFolder(string path)
    {
        int descriptor = Open(path, flags: 0);
        if (descriptor < 0)
        {
            throw Failure($"The folder '{path}' could not be opened");
        }

        // Some file systems can't do it for folders; what they lack can't be mended here.
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    private static void CopyOwner(string from, string to)
    {
        (int _, uint user, uint group) = ReadStatus(from);
        (int _, uint newUser, uint newGroup) = ReadStatus(to);
        if ((user, group) != (newUser, newGroup) && ChangeOwner(to, user, group) != 0)
        {
            throw Failure($"The owner of '{from}' could not be kept");
        }
    }

    private static (int Mode, uint User, uint Group) ReadStatus(string path)
    {
        Span<byte> status = stackalloc byte[StatusLength];
        return Statx(CurrentFolder, path, flags: 0, BasicStatus, status) == 0
            ? (MemoryMarshal.Read<ushort>(status[ModeOffset..]), MemoryMarshal.Read<uint>(status[UserOffset..]), MemoryMarshal.Read<uint>(status[GroupOffset..]))
            : throw Failure($"'{path}' could not be looked at");
    }

    private static IOException Failure(string what) =>
        new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
