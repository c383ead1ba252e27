using EphemeralDebug.Sandbox.Files;

namespace EphemeralDebug.Sandbox.Processes;

/// <summary>A program that can be started, with its command line.</summary>
internal sealed record LoadedProgram(IReadOnlyList<string> Arguments, ProgramBody Body);

/// <summary>Finds programs in the simulated file system, as execvp(3) does.</summary>
internal static class ProgramLoader
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The path of the program that a command name stands for, or null.</summary>
    public static string? FindPath(SimulatedProcess process, string name, string searchPath)
    {
        if (name.Contains('/'))
        {
            return name;
        }

        foreach (string directory in searchPath.Split(':'))
        {
            string path = (directory.Length == 0 ? "." : directory) + "/" + name;
            if (name.Length > 0 && IsExecutable(process, path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Prepares the program at a path; a script gets its interpreter.</summary>
    /// <exception cref="SystemCallException">It is not there, or can't be executed.</exception>
    public static LoadedProgram Load(SimulatedProcess process, string path, IReadOnlyList<string> arguments)
    {
        FileNode node = FileSystem.Get(process, path);
        if (node is DirectoryNode || !node.Allows(process.Credentials, 1))
        {
            throw new SystemCallException(Errno.AccessDenied);
        }

        return node switch
        {
            ProgramNode program => new LoadedProgram(arguments, program.Body),
            RegularFile script => LoadScript(process, path, arguments, script.ToArray()),
            _ => throw new SystemCallException(Errno.AccessDenied),
        };
    }

    private static LoadedProgram LoadScript(SimulatedProcess process, string path, IReadOnlyList<string> arguments, byte[] content)
    {
        if (!content.AsSpan().StartsWith("#!"u8))
        {
            throw new SystemCallException(Errno.ExecFormat);
        }

        int end = content.AsSpan().IndexOf((byte)'\n');
        string[] interpreter = ByteText.Decode(content.AsSpan(2, (end < 0 ? content.Length : end) - 2))
            .Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return interpreter.Length > 0 && FileSystem.Get(process, interpreter[0]) is ProgramNode program
            ? new LoadedProgram([.. interpreter, path, .. arguments.Skip(1)], program.Body)
            : throw new SystemCallException(Errno.ExecFormat);
    }

    private static bool IsExecutable(SimulatedProcess process, string path)
    {
        try
        {
            return FileSystem.Find(process, path) is { } node and not DirectoryNode && node.Allows(process.Credentials, 1);
        }
        catch (SystemCallException)
        {
            return false;
        }
    }
}
