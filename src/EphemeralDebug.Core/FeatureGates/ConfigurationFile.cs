using System.Text;

namespace EphemeralDebug.FeatureGates;

/// <summary>A file as it was read, and how to put another content in its place.</summary>
internal sealed class ConfigurationFile
{
    private const long MaximumLength = 4L << 20;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _content;
    private readonly int _markLength;

    private ConfigurationFile(string path, byte[] content)
    {
        Path = path;
        _content = content;
        _markLength = content is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            Text = Strict.GetString(content.AsSpan(_markLength));
        }
        catch (DecoderFallbackException)
        {
            throw FeatureGateErrors.NotUtf8(path);
        }
    }

    /// <summary>The file itself, where a symbolic link led to it.</summary>
    public string Path { get; }

    /// <summary>Its text, without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="EphemeralDebugException">There is no such file, or it can't be read as text.</exception>
    public static ConfigurationFile Read(string path)
    {
        try
        {
            string target = FindTarget(path);
            return new ConfigurationFile(target, ReadContent(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FeatureGateErrors.NotAccessible(path, exception);
        }
    }

    /// <summary>
    /// Keeps the content from before under a name of its own, and puts the new text in place in one step: whoever opens the
    /// file at any moment, a machine that loses power too, finds the one or the other. Returns the backup's path.
    /// </summary>
    /// <param name="text">The new text.</param>
    /// <param name="hideBackup">The folder is one whose every visible file the kubelet takes for a pod.</param>
    /// <param name="now">The time in the backup's name.</param>
    /// <exception cref="EphemeralDebugException">It can't be written, or was changed meanwhile; nothing is changed.</exception>
    public string Replace(string text, bool hideBackup, DateTimeOffset now)
    {
        try
        {
            if (!ReadContent(Path).AsSpan().SequenceEqual(_content))
            {
                throw FeatureGateErrors.Changed(Path);
            }

            string backup = Siblings.CreateBackup(Path, _content, hideBackup, now);
            try
            {
                Siblings.Replace(Path, [.. _content.AsSpan(0, _markLength), .. Strict.GetBytes(text)]);
                return backup;
            }
            catch
            {
                File.Delete(backup);
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FeatureGateErrors.NotAccessible(Path, exception);
        }
    }

    private static string FindTarget(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw FeatureGateErrors.NotThere(path);
        }

        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return RegularFile.Is(target) ? target : throw FeatureGateErrors.NotAFile(path);
    }

    private static byte[] ReadContent(string path)
    {
        using FileStream stream = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (stream.Length > MaximumLength)
        {
            throw FeatureGateErrors.TooLarge(path, MaximumLength);
        }

        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
