using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network.Http;

/// <summary>The files below a directory that a web server shows.</summary>
internal static class ServedFiles
{
    /// <summary>The file that a request's path names, a directory's index.html for the directory; null when there is none to see.</summary>
    public static RegularFile? Find(SimulatedProcess process, string directory, string path)
    {
        try
        {
            // Normalized as if the directory were the root: no path leads out of it.
            string inside = directory.TrimEnd('/') + FileSystem.Normalize("/", path);
            FileNode? node = FileSystem.Find(process, inside);
            node = node is DirectoryNode ? FileSystem.Find(process, inside.TrimEnd('/') + "/index.html") : node;
            return node is RegularFile file && file.Allows(process.Credentials, 4) ? file : null;
        }
        catch (SystemCallException)
        {
            return null;
        }
    }

    /// <summary>The media type that a file's name stands for.</summary>
    public static string? TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" or ".htm" => "text/html",
        ".txt" => "text/plain",
        ".json" => "application/json",
        ".css" => "text/css",
        ".js" => "text/javascript",
        ".png" => "image/png",
        _ => null,
    };
}
