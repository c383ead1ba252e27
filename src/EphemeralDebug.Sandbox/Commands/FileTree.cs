using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Going through directories.</summary>
internal static class FileTree
{
    private const int DeepestLevel = 64;

    /// <summary>The path itself and all that is below it, a directory before its content; links are not followed.</summary>
    public static IEnumerable<(string Path, FileNode Node, int Depth)> Walk(SimulatedProcess process, string path, int mostDepth = DeepestLevel)
    {
        var rest = new Stack<(string Path, FileNode Node, int Depth)>();
        rest.Push((path, FileSystem.Get(process, path, followLast: false), 0));
        while (rest.TryPop(out (string Path, FileNode Node, int Depth) entry))
        {
            process.Killed.ThrowIfCancellationRequested();
            yield return entry;
            if (entry.Node is not DirectoryNode directory || entry.Depth >= Math.Min(mostDepth, DeepestLevel) || !directory.Allows(process.Credentials, 4))
            {
                continue;
            }

            foreach (string name in directory.Names.Reverse())
            {
                if (directory.Find(name, process) is { } child)
                {
                    rest.Push((Join(entry.Path, name), child, entry.Depth + 1));
                }
            }
        }
    }

    /// <summary>The ordinary files at and below the path.</summary>
    public static IEnumerable<string> Files(SimulatedProcess process, string path) =>
        Walk(process, path).Where(entry => entry.Node.TypeLetter == '-').Select(entry => entry.Path);

    public static string Join(string directory, string name) => directory.EndsWith('/') ? directory + name : directory + "/" + name;
}
