using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands that change the file system: touch, mkdir, rmdir, rm, cp, mv, ln, chmod.</summary>
internal static class FileCommands
{
    private const int DirectoryMode = 0b111_111_111;
    private const int FileMode = 0b110_110_110;

    public static Task<int> TouchAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "cam");
        return ForEachAsync(process, options.Operands, path =>
        {
            if (FileSystem.Find(process, path) is { } node)
            {
                node.ModifiedAt = process.Scope.Time.GetUtcNow();
            }
            else if (!options['c'])
            {
                FileSystem.Create(process, path, new RegularFile([]), FileMode);
            }
        });
    }

    public static Task<int> MakeDirectoryAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "pm:");
        return ForEachAsync(process, options.Operands, path =>
        {
            if (!options['p'])
            {
                FileSystem.Create(process, path, new DirectoryNode(), DirectoryMode);
                return;
            }

            string made = path.StartsWith('/') ? "/" : "";
            foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                made += name;
                FileNode node = FileSystem.Find(process, made) ?? FileSystem.Create(process, made, new DirectoryNode(), DirectoryMode);
                made = node is DirectoryNode ? made + "/" : throw new SystemCallException(Errno.NotADirectory);
            }
        });
    }

    public static Task<int> RemoveDirectoryAsync(SimulatedProcess process, IReadOnlyList<string> arguments) =>
        ForEachAsync(process, CommandOptions.Parse(arguments, "").Operands, path =>
        {
            if (FileSystem.Get(process, path, followLast: false) is not DirectoryNode directory)
            {
                throw new SystemCallException(Errno.NotADirectory);
            }

            if (directory.Names.Count > 0)
            {
                throw new SystemCallException(Errno.NotEmpty);
            }

            FileSystem.Remove(process, path);
        });

    public static Task<int> RemoveAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "rRfi");
        return ForEachAsync(process, options.Operands, path =>
        {
            FileNode? node = FileSystem.Find(process, path, followLast: false);
            if (node is null && options['f'])
            {
                return;
            }

            if (node is DirectoryNode && !options['r'] && !options['R'])
            {
                throw new SystemCallException(Errno.IsADirectory);
            }

            FileSystem.Remove(process, node is null ? throw new SystemCallException(Errno.NoEntry) : path);
        });
    }

    public static async Task<int> CopyAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "rRafpdPL");
        bool recursive = options['r'] || options['R'] || options['a'];
        return await ForEachPairAsync(process, options.Operands, async (source, target) =>
        {
            if (FileSystem.Get(process, source) is DirectoryNode && !recursive)
            {
                throw new SystemCallException(Errno.IsADirectory);
            }

            foreach ((string path, FileNode node, int _) in FileTree.Walk(process, source).ToList())
            {
                await CopyOneAsync(process, path, node, target + path[source.Length..]);
            }
        });
    }

    public static Task<int> MoveAsync(SimulatedProcess process, IReadOnlyList<string> arguments) =>
        ForEachPairAsync(process, CommandOptions.Parse(arguments, "fin").Operands, (source, target) =>
        {
            FileNode node = FileSystem.Get(process, source, followLast: false);
            (DirectoryNode directory, string name) = FileSystem.GetParent(process, target);
            if (!directory.Allows(process.Credentials, 2))
            {
                throw new SystemCallException(Errno.AccessDenied);
            }

            if (FileSystem.GetParent(process, source) != (directory, name))
            {
                directory.Put(name, node);
                FileSystem.Remove(process, source);
            }

            return Task.CompletedTask;
        });

    public static Task<int> LinkAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "sfn");
        List<string> operands = [.. options.Operands];
        if (operands.Count == 1)
        {
            operands.Add(Path.GetFileName(operands[0]));
        }

        return ForEachPairAsync(process, operands, (source, target) =>
        {
            if (options['f'] && FileSystem.Find(process, target, followLast: false) is not null)
            {
                FileSystem.Remove(process, target);
            }

            if (options['s'])
            {
                FileNode link = FileSystem.Create(process, target, new SymbolicLink(source), 0);
                link.Mode = DirectoryMode;
            }
            else
            {
                FileNode node = FileSystem.Get(process, source);
                FileSystem.Create(process, target, node, node.Mode | process.FileModeMask);
            }

            return Task.CompletedTask;
        });
    }

    public static Task<int> ChangeModeAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        bool recursive = arguments.Contains("-R");
        List<string> operands = arguments.Skip(1).Where(argument => argument is not "-R").ToList();
        if (operands.Count < 2)
        {
            throw new UsageException("usage: chmod [-R] MODE FILE...");
        }

        return ForEachAsync(process, operands.Skip(1).ToList(), path =>
        {
            foreach ((string _, FileNode node, int _) in FileTree.Walk(process, path, recursive ? int.MaxValue : 0))
            {
                if (process.Credentials.UserId != 0 && process.Credentials.UserId != node.UserId)
                {
                    throw new SystemCallException(Errno.NotPermitted);
                }

                node.Mode = FileModes.Change(node.Mode, operands[0]);
            }
        });
    }

    private static async Task CopyOneAsync(SimulatedProcess process, string path, FileNode node, string target)
    {
        FileNode? existing = FileSystem.Find(process, target);
        switch (node)
        {
            case DirectoryNode:
                _ = existing ?? FileSystem.Create(process, target, new DirectoryNode(), node.Mode);
                break;
            case ProgramNode program:
                _ = existing ?? FileSystem.Create(process, target, new ProgramNode(program.Body, program.Size), node.Mode);
                break;
            default:
                OpenFile source = FileSystem.Open(process, path, OpenMode.Read);
                OpenFile copy = FileSystem.Open(process, target, OpenMode.Write | OpenMode.Truncate);
                byte[] buffer = new byte[32768];
                int length;
                while ((length = await source.ReadAsync(buffer, process.Killed)) > 0)
                {
                    await copy.WriteAsync(buffer.AsMemory(0, length), process.Killed);
                }

                source.Release();
                copy.Release();
                if (existing is null)
                {
                    FileSystem.Get(process, target).Mode = FileSystem.Get(process, path).Mode;
                }

                break;
        }
    }

    private static async Task<int> ForEachAsync(SimulatedProcess process, IReadOnlyList<string> paths, Action<string> action)
    {
        if (paths.Count == 0)
        {
            throw new UsageException("missing operand");
        }

        int status = 0;
        foreach (string path in paths)
        {
            try
            {
                action(path);
            }
            catch (SystemCallException exception)
            {
                await process.WriteErrorAsync($"{process.CommandName}: '{path}': {exception.Message}\n");
                status = 1;
            }
        }

        return status;
    }

    /// <summary>The sources with their targets: the last operand, or names in it when it is a directory.</summary>
    private static async Task<int> ForEachPairAsync(SimulatedProcess process, IReadOnlyList<string> operands, Func<string, string, Task> action)
    {
        if (operands.Count < 2)
        {
            throw new UsageException("missing operand");
        }

        bool isDirectory = FileSystem.Find(process, operands[^1]) is DirectoryNode;
        if (operands.Count > 2 && !isDirectory)
        {
            throw new UsageException($"target '{operands[^1]}' is not a directory");
        }

        int status = 0;
        foreach (string source in operands.SkipLast(1))
        {
            try
            {
                string target = isDirectory ? FileTree.Join(operands[^1], Path.GetFileName(source.TrimEnd('/'))) : operands[^1];
                await action(source.Length > 1 ? source.TrimEnd('/') : source, target);
            }
            catch (SystemCallException exception)
            {
                await process.WriteErrorAsync($"{process.CommandName}: '{source}': {exception.Message}\n");
                status = 1;
            }
        }

        return status;
    }
}
