using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Files;

/// <summary>Something in the simulated file system. No file of the machine is ever behind it.</summary>
internal abstract class FileNode
{
    private static int s_lastInode = 1000;

    /// <summary>The letter that <c>ls -l</c> begins a line with.</summary>
    public abstract char TypeLetter { get; }

    /// <summary>The permission bits.</summary>
    public int Mode { get; set; }

    public int UserId { get; set; }

    public int GroupId { get; set; }

    public int Inode { get; } = Interlocked.Increment(ref s_lastInode);

    public DateTimeOffset ModifiedAt { get; set; } = DateTimeOffset.UnixEpoch;

    public virtual long Size => 0;

    /// <summary>Opens the node for reading or writing.</summary>
    /// <exception cref="SystemCallException">It can't be opened that way.</exception>
    public virtual OpenFile Open(SimulatedProcess process, OpenMode mode) =>
        throw new SystemCallException(Errno.AccessDenied);

    /// <summary>Whether the permission bits allow <paramref name="access"/> (4 read, 2 write, 1 execute).</summary>
    public bool Allows(Credentials who, int access)
    {
        if (who.UserId == 0)
        {
            return (access & 1) == 0 || this is DirectoryNode || (Mode & 0b001_001_001) != 0;
        }

        int shift = who.UserId == UserId ? 6 : who.GroupId == GroupId || who.Groups.Contains(GroupId) ? 3 : 0;
        return (Mode >> shift & access) == access;
    }
}

/// <summary>How a file is opened.</summary>
[Flags]
internal enum OpenMode
{
    None = 0,
    Read = 1,
    Write = 2,
    Append = 4,
    Truncate = 8,
}

/// <summary>A directory: names and what they stand for, in the order of their names.</summary>
internal class DirectoryNode : FileNode
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, FileNode> _entries = new(StringComparer.Ordinal);

    public DirectoryNode()
    {
        Mode = 0b111_101_101;
    }

    public override char TypeLetter => 'd';

    public override long Size => 4096;

    /// <summary>The names in it, without <c>.</c> and <c>..</c>.</summary>
    public virtual IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Keys];
            }
        }
    }

    public virtual FileNode? Find(string name, SimulatedProcess process)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(name);
        }
    }

    /// <summary>Adds or replaces an entry.</summary>
    public virtual void Put(string name, FileNode node)
    {
        lock (_gate)
        {
            _entries[name] = node;
        }
    }

    public virtual void Remove(string name)
    {
        lock (_gate)
        {
            _entries.Remove(name);
        }
    }

    /// <summary>The directory of that name, made when it is missing. For building trees.</summary>
    public DirectoryNode Directory(string path)
    {
        DirectoryNode current = this;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            FileNode? next;
            lock (current._gate)
            {
                if (!current._entries.TryGetValue(name, out next))
                {
                    current._entries[name] = next = new DirectoryNode { ModifiedAt = current.ModifiedAt };
                }
            }

            current = (DirectoryNode)next;
        }

        return current;
    }
}

/// <summary>A symbolic link.</summary>
internal sealed class SymbolicLink : FileNode
{
    private readonly Func<SimulatedProcess, FileNode>? _follow;

    public SymbolicLink(string target)
    {
        Target = target;
        Mode = 0b111_111_111;
    }

    /// <summary>A link of <c>/proc</c>: it leads to a node whatever its text says.</summary>
    public SymbolicLink(string target, Func<SimulatedProcess, FileNode> follow)
        : this(target)
    {
        _follow = follow;
    }

    public override char TypeLetter => 'l';

    public override long Size => Target.Length;

    public string Target { get; }

    /// <summary>Where the link leads without its text, or null when the text counts.</summary>
    public FileNode? Follow(SimulatedProcess process) => _follow?.Invoke(process);
}

/// <summary>A program: an executable file whose content is a part of the simulation.</summary>
internal sealed class ProgramNode : FileNode
{
    public ProgramNode(ProgramBody body, long size)
    {
        Body = body;
        Size = size;
        Mode = 0b111_101_101;
    }

    public override char TypeLetter => '-';

    public override long Size { get; }

    public ProgramBody Body { get; }

    public override OpenFile Open(SimulatedProcess process, OpenMode mode) => !mode.HasFlag(OpenMode.Write)
        ? new MemoryFile("\u007fELF"u8.ToArray())
        : throw new SystemCallException(Errno.AccessDenied);
}

/// <summary>A file whose content is made when it is opened, as in <c>/proc</c>.</summary>
internal sealed class GeneratedFile : FileNode
{
    private readonly Func<SimulatedProcess, byte[]> _content;

    public GeneratedFile(Func<SimulatedProcess, byte[]> content)
    {
        _content = content;
        Mode = 0b100_100_100;
    }

    public override char TypeLetter => '-';

    public override OpenFile Open(SimulatedProcess process, OpenMode mode) => !mode.HasFlag(OpenMode.Write)
        ? new MemoryFile(_content(process))
        : throw new SystemCallException(Errno.AccessDenied);
}

/// <summary>A device, or a link to an open file: opening it gives what the function gives.</summary>
internal sealed class DeviceNode : FileNode
{
    private readonly Func<SimulatedProcess, OpenFile> _open;

    public DeviceNode(Func<SimulatedProcess, OpenFile> open)
    {
        _open = open;
        Mode = 0b110_110_110;
    }

    public override char TypeLetter => 'c';

    public override OpenFile Open(SimulatedProcess process, OpenMode mode) => _open(process);
}
