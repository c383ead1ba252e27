using System.Globalization;
using System.Security.Cryptography;

namespace EphemeralDebug.FeatureGates;

/// <summary>Makes files beside another one, with its owner and mode.</summary>
internal static class Siblings
{
    /// <summary>More backups than this within one second mean that something runs in circles.</summary>
    private const int MaximumTries = 100;

    /// <summary>
    /// Writes a backup beside a file: <c>NAME.20261122T061947Z.bak</c>. A hidden one begins with a dot, which the kubelet
    /// ignores where it looks for static pods, on start and later (pkg/kubelet/config of Kubernetes). An existing file is never touched.
    /// </summary>
    public static string CreateBackup(string path, byte[] content, bool hidden, DateTimeOffset now)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        for (int i = 1; ; i++)
        {
            string suffix = i == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{i}");
            string backup = Beside(path, $"{(hidden ? "." : "")}{Path.GetFileName(path)}.{time}{suffix}.bak");
            if (File.Exists(backup) && i < MaximumTries)
            {
                continue;
            }

            Create(path, backup, content);
            return backup;
        }
    }

    /// <summary>Puts new content in a file's place by a rename.</summary>
    public static void Replace(string path, byte[] content)
    {
        // The dot keeps the kubelet from taking the file for a pod before it has its name.
        string temporary = Beside(path, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.tmp");
        Create(path, temporary, content);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // Keeps the access rules and attributes of the replaced file.
                File.Replace(temporary, path, destinationBackupFileName: null);
            }
            else
            {
                File.Move(temporary, path, overwrite: true);
                RegularFile.FlushFolder(Path.GetDirectoryName(path)!);
            }
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void Create(string like, string path, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        FileStream stream = new(path, options);
        try
        {
            using (stream)
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            RegularFile.CopyOwnerAndMode(like, path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static string Beside(string path, string name) => Path.Join(Path.GetDirectoryName(path), name);
}
