using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Commands about paths: readlink, realpath, which, basename, dirname, pwd, find, stat.</summary>
internal static class PathCommands
{
    public static async Task<int> ReadLinkAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "fnem");
        int status = 0;
        foreach (string path in options.Operands)
        {
            FileNode? node = FileSystem.Find(process, path, followLast: false);
            if (options['f'] || options['e'])
            {
                await process.WriteAsync(Resolve(process, path) + (options['n'] ? "" : "\n"));
            }
            else if (node is SymbolicLink link)
            {
                await process.WriteAsync(link.Target + (options['n'] ? "" : "\n"));
            }
            else
            {
                status = 1;
            }
        }

        return status;
    }

    public static async Task<int> RealPathAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        foreach (string path in CommandOptions.Parse(arguments, "").Operands)
        {
            FileSystem.Get(process, path);
            await process.WriteAsync(Resolve(process, path) + "\n");
        }

        return 0;
    }

    public static async Task<int> WhichAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        int status = 0;
        foreach (string name in CommandOptions.Parse(arguments, "a").Operands)
        {
            string? path = ProgramLoader.FindPath(process, name, process.Environment.GetValueOrDefault("PATH", ProgramLoader.DefaultPath));
            if (path is null || (name.Contains('/', StringComparison.Ordinal) && FileSystem.Find(process, path) is null))
            {
                status = 1;
            }
            else
            {
                await process.WriteAsync(path + "\n");
            }
        }

        return status;
    }

    public static async Task<int> BaseNameAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            throw new UsageException("missing operand");
        }

        string name = arguments[1].Length > 1 ? arguments[1].TrimEnd('/') : arguments[1];
        name = name[(name.LastIndexOf('/') + 1)..];
        if (arguments.Count > 2 && name != arguments[2] && name.EndsWith(arguments[2], StringComparison.Ordinal))
        {
            name = name[..^arguments[2].Length];
        }

        await process.WriteAsync(name + "\n");
        return 0;
    }

    public static async Task<int> DirectoryNameAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        if (arguments.Count < 2)
        {
            throw new UsageException("missing operand");
        }

        string path = arguments[1].Length > 1 ? arguments[1].TrimEnd('/') : arguments[1];
        int slash = path.LastIndexOf('/');
        await process.WriteAsync((slash < 0 ? "." : slash == 0 ? "/" : path[..slash]) + "\n");
        return 0;
    }

    public static async Task<int> WorkingDirectoryAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        await process.WriteAsync(process.WorkingDirectory + "\n");
        return 0;
    }

    public static async Task<int> FindAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        List<string> paths = arguments.Skip(1).TakeWhile(argument => argument is not ['-' or '!' or '(', ..]).ToList();
        var conditions = new List<Func<string, FileNode, bool>>();
        int depth = int.MaxValue;
        for (int i = paths.Count + 1; i < arguments.Count; i++)
        {
            string Value() => ++i < arguments.Count ? arguments[i] : throw new UsageException("missing argument");
            switch (arguments[i])
            {
                case "-name":
                    string pattern = Value();
                    conditions.Add((path, _) => Glob.IsMatch(path.AsSpan(path.LastIndexOf('/') + 1), pattern));
                    break;
                case "-type":
                    string type = Value();
                    conditions.Add((_, node) => node.TypeLetter == (type == "f" ? '-' : type[0]));
                    break;
                case "-maxdepth":
                    depth = (int)CommandOptions.ParseSize(Value());
                    break;
                case "-print":
                    break;
                default:
                    throw new UsageException($"unrecognized: {arguments[i]}");
            }
        }

        foreach (string start in paths.Count == 0 ? ["."] : paths)
        {
            foreach ((string path, FileNode node, int _) in FileTree.Walk(process, start, depth))
            {
                if (conditions.TrueForAll(condition => condition(path, node)))
                {
                    await process.WriteAsync(path + "\n");
                }
            }
        }

        return 0;
    }

    public static async Task<int> StatusAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse(arguments, "c:L");
        foreach (string path in options.Operands)
        {
            FileNode node = FileSystem.Get(process, path, followLast: options['L']);
            string mode = Convert.ToString(node.Mode, 8).PadLeft(4, '0');
            string text = options.Value('c') is { } format
                ? format.Replace("%n", path, StringComparison.Ordinal)
                    .Replace("%s", node.Size.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                    .Replace("%a", mode.TrimStart('0'), StringComparison.Ordinal)
                    .Replace("%u", node.UserId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                    .Replace("%g", node.GroupId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                    .Replace("%Y", node.ModifiedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                : string.Create(CultureInfo.InvariantCulture,
                    $"  File: {path}\n  Size: {node.Size}\tInode: {node.Inode}\nAccess: ({mode}/{node.TypeLetter}{FileModes.Describe(node.Mode)})  Uid: ({node.UserId}/{UserNames.User(process, node.UserId)})   Gid: ({node.GroupId}/{UserNames.Group(process, node.GroupId)})\nModify: {node.ModifiedAt:yyyy-MM-dd HH:mm:ss}");
            await process.WriteAsync(text + "\n");
        }

        return 0;
    }

    /// <summary>The path without links, as far as the names exist.</summary>
    private static string Resolve(SimulatedProcess process, string path)
    {
        string whole = FileSystem.Normalize(process.WorkingDirectory, path);
        for (int links = 0; links < 40; links++)
        {
            string resolved = "";
            bool changed = false;
            foreach (string name in whole.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                bool isLink = !changed && FileSystem.Find(process, resolved + "/" + name, followLast: false) is SymbolicLink;
                string next = resolved + "/" + name;
                if (isLink && FileSystem.Find(process, next, followLast: false) is SymbolicLink link)
                {
                    next = FileSystem.Normalize(resolved.Length == 0 ? "/" : resolved, link.Target);
                    changed = true;
                }

                resolved = next.TrimEnd('/');
            }

            if (!changed)
            {
                return resolved.Length == 0 ? "/" : resolved;
            }

            whole = resolved;
        }

        throw new SystemCallException(Errno.TooManyLinks);
    }
}
