using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EphemeralDebug.Recordings;

/// <summary>Makes the file of a recording, which nobody but the user can read: passwords are shown on screens too.</summary>
internal static class RecordingFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the file. It has no buffer, so that what is written to it survives the end of the process.</summary>
    /// <param name="path">The path.</param>
    /// <param name="overwrite">A file that exists is taken over, with what is in it; else it is an error.</param>
    /// <exception cref="EphemeralDebugException">The file exists, or cannot be made.</exception>
    public static FileStream Create(string path, bool overwrite)
    {
        try
        {
            FileMode mode = overwrite ? FileMode.OpenOrCreate : FileMode.CreateNew;
            return OperatingSystem.IsWindows() ? CreateOnWindows(path, mode) : CreateOnUnix(path, mode);
        }
        catch (IOException exception) when (!overwrite && File.Exists(path))
        {
            throw new EphemeralDebugException(
                "RecordingExists",
                FailureKind.Conflict,
                $"File '{path}' exists.",
                "Choose another name for the recording, or replace the file with -Force.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new EphemeralDebugException(
                "RecordingNotWritable",
                FailureKind.InvalidData,
                $"The recording cannot be written: {exception.Message}",
                "Check the path and the rights on its folder.",
                exception);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static FileStream CreateOnUnix(string path, FileMode mode)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            UnixCreateMode = Private,
        });
        if (mode is not FileMode.CreateNew)
        {
            // A file that was there before keeps its rights otherwise.
            File.SetUnixFileMode(file.SafeFileHandle, Private);
        }

        return file;
    }

    [SupportedOSPlatform("windows")]
    private static FileStream CreateOnWindows(string path, FileMode mode)
    {
        using var user = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(user.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        var info = new FileInfo(path);
        FileStream file = info.Create(mode, FileSystemRights.Write, FileShare.Read, bufferSize: 1, FileOptions.None, security);
        if (mode is not FileMode.CreateNew)
        {
            info.SetAccessControl(security);
        }

        return file;
    }
}
