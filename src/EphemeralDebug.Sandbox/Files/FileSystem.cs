using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Files;

/// <summary>The file system calls of a process: paths are resolved against its root and working directory.</summary>
internal static class FileSystem
{
    private const int MostLinks = 40;

    /// <summary>Makes a path absolute and takes <c>.</c> and <c>..</c> out, as text.</summary>
    public static string Normalize(string workingDirectory, string path)
    {
        var names = new List<string>();
        string whole = path.StartsWith('/') ? path : workingDirectory + "/" + path;
        foreach (string name in whole.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == "..")
            {
                names.RemoveRange(Math.Max(names.Count - 1, 0), Math.Min(names.Count, 1));
            }
            else if (name != ".")
            {
                names.Add(name);
            }
        }

        return "/" + string.Join('/', names);
    }

    /// <summary>What the path leads to.</summary>
    /// <exception cref="SystemCallException">There is nothing, or the way is closed.</exception>
    public static FileNode Get(SimulatedProcess process, string path, bool followLast = true) =>
        Find(process, path, followLast) ?? throw new SystemCallException(Errno.NoEntry);

    /// <summary>What the path leads to, or null when its last name is not there.</summary>
    /// <exception cref="SystemCallException">A directory on the way is missing or closed.</exception>
    public static FileNode? Find(SimulatedProcess process, string path, bool followLast = true)
    {
        if (path.Length == 0)
        {
            throw new SystemCallException(Errno.NoEntry);
        }

        string whole = path.StartsWith('/') ? path : process.WorkingDirectory + "/" + path;
        var trail = new List<DirectoryNode> { process.Scope.Root };
        int links = 0;
        return Walk(process, trail, whole, followLast || path.EndsWith('/'), ref links);
    }

    /// <summary>Opens a file; with <see cref="OpenMode.Write"/> it is made when missing.</summary>
    public static OpenFile Open(SimulatedProcess process, string path, OpenMode mode)
    {
        FileNode? node = Find(process, path);
        if (node is null)
        {
            if (!mode.HasFlag(OpenMode.Write))
            {
                throw new SystemCallException(Errno.NoEntry);
            }

            node = Create(process, path, new RegularFile([]), 0b110_110_110);
        }
        else if (!node.Allows(process.Credentials, (mode.HasFlag(OpenMode.Read) ? 4 : 0) | (mode.HasFlag(OpenMode.Write) ? 2 : 0)))
        {
            throw new SystemCallException(Errno.AccessDenied);
        }

        return node is DirectoryNode ? throw new SystemCallException(Errno.IsADirectory) : node.Open(process, mode);
    }

    /// <summary>Puts a new node at a path whose last name is free.</summary>
    public static FileNode Create(SimulatedProcess process, string path, FileNode node, int mode)
    {
        (DirectoryNode directory, string name) = GetParent(process, path);
        if (directory.Find(name, process) is not null)
        {
            throw new SystemCallException(Errno.Exists);
        }

        DemandWrite(process, directory);
        node.Mode = mode & ~process.FileModeMask;
        node.UserId = process.Credentials.UserId;
        node.GroupId = process.Credentials.GroupId;
        node.ModifiedAt = process.Scope.Time.GetUtcNow();
        directory.Put(name, node);
        directory.ModifiedAt = node.ModifiedAt;
        return node;
    }

    /// <summary>Takes the last name of a path out of its directory.</summary>
    public static void Remove(SimulatedProcess process, string path)
    {
        (DirectoryNode directory, string name) = GetParent(process, path);
        DemandWrite(process, directory);
        directory.Remove(name);
        directory.ModifiedAt = process.Scope.Time.GetUtcNow();
    }

    /// <summary>The directory that a path's last name is in, and that name.</summary>
    public static (DirectoryNode Directory, string Name) GetParent(SimulatedProcess process, string path)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        string parent = slash < 0 ? "." : slash == 0 ? "/" : trimmed[..slash];
        return Get(process, parent) is DirectoryNode directory && trimmed.Length > 0
            ? (directory, trimmed[(slash + 1)..])
            : throw new SystemCallException(Errno.NotADirectory);
    }

    private static void DemandWrite(SimulatedProcess process, DirectoryNode directory)
    {
        if (!directory.Allows(process.Credentials, 2))
        {
            throw new SystemCallException(Errno.AccessDenied);
        }
    }

    private static FileNode? Walk(SimulatedProcess process, List<DirectoryNode> trail, string path, bool followLast, ref int links)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        FileNode? node = trail[^1];
        for (int i = 0; i < names.Length; i++)
        {
            if (node is not DirectoryNode directory)
            {
                throw new SystemCallException(node is null ? Errno.NoEntry : Errno.NotADirectory);
            }

            bool isLast = i == names.Length - 1;
            node = Step(process, trail, directory, names[i], !isLast || followLast, ref links);
            if (node is DirectoryNode next && trail[^1] != next)
            {
                trail.Add(next);
            }
        }

        return node is not null and not DirectoryNode && path.EndsWith('/')
            ? throw new SystemCallException(Errno.NotADirectory)
            : node;
    }

    private static FileNode? Step(
        SimulatedProcess process, List<DirectoryNode> trail, DirectoryNode directory, string name, bool follow, ref int links)
    {
        switch (name)
        {
            case ".":
                return directory;
            case "..":
                if (trail.Count > 1)
                {
                    trail.RemoveAt(trail.Count - 1);
                }

                return trail[^1];
        }

        if (!directory.Allows(process.Credentials, 1))
        {
            throw new SystemCallException(Errno.AccessDenied);
        }

        FileNode? node = directory.Find(name, process);
        if (node is not SymbolicLink link || !follow)
        {
            return node;
        }

        if (++links > MostLinks)
        {
            throw new SystemCallException(Errno.TooManyLinks);
        }

        if (link.Follow(process) is { } target)
        {
            return target;
        }

        List<DirectoryNode> way = link.Target.StartsWith('/') ? [process.Scope.Root] : [.. trail];
        FileNode? found = Walk(process, way, link.Target, followLast: true, ref links);
        if (found is DirectoryNode)
        {
            trail.Clear();
            trail.AddRange(way);
        }

        return found;
    }
}
