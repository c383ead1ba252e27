using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The command ls.</summary>
internal sealed class ListCommand
{
    private const int DefaultWidth = 80;

    private readonly SimulatedProcess _process;
    private readonly CommandOptions _options;

    private ListCommand(SimulatedProcess process, CommandOptions options)
    {
        _process = process;
        _options = options;
    }

    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        var options = CommandOptions.Parse([.. arguments.Where(argument => !argument.StartsWith("--color", StringComparison.Ordinal))], "laA1dhtrRinFpSgo");
        var command = new ListCommand(process, options);
        var files = new List<(string, FileNode)>();
        var directories = new List<string>();
        int status = 0;
        foreach (string path in options.Operands.Count == 0 ? ["."] : options.Operands)
        {
            try
            {
                FileNode node = FileSystem.Get(process, path, followLast: !options['d'] && (!options['l'] || path.EndsWith('/')));
                if (node is DirectoryNode && !options['d'])
                {
                    directories.Add(path);
                }
                else
                {
                    files.Add((path, node));
                }
            }
            catch (SystemCallException exception)
            {
                await process.WriteErrorAsync($"ls: {path}: {exception.Message}\n");
                status = 1;
            }
        }

        await command.PrintAsync(files);
        bool titled = options.Operands.Count > 1 || options['R'];
        foreach (string path in directories)
        {
            status |= await command.PrintDirectoryAsync(path, titled, isFirst: path == directories[0] && files.Count == 0);
        }

        return status;
    }

    private async Task<int> PrintDirectoryAsync(string path, bool titled, bool isFirst)
    {
        var directory = (DirectoryNode)FileSystem.Get(_process, path);
        if (!directory.Allows(_process.Credentials, 4))
        {
            await _process.WriteErrorAsync($"ls: can't open '{path}': {new SystemCallException(Errno.AccessDenied).Message}\n");
            return 1;
        }

        if (titled)
        {
            await _process.WriteAsync($"{(isFirst ? "" : "\n")}{path}:\n");
        }

        var entries = new List<(string Name, FileNode Node)>();
        if (_options['a'])
        {
            entries.Add((".", directory));
            entries.Add(("..", FileSystem.Get(_process, FileTree.Join(path, ".."))));
        }

        foreach (string name in directory.Names.Where(name => name[0] != '.' || _options['a'] || _options['A']))
        {
            if (directory.Find(name, _process) is { } node)
            {
                entries.Add((name, node));
            }
        }

        if (_options['l'])
        {
            await _process.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"total {entries.Sum(entry => (entry.Node.Size + 1023) / 1024)}\n"));
        }

        await PrintAsync(entries);
        if (_options['R'])
        {
            foreach ((string name, FileNode _) in entries.Where(entry => entry.Node is DirectoryNode && entry.Name is not ("." or "..")))
            {
                await PrintDirectoryAsync(FileTree.Join(path, name), titled: true, isFirst: false);
            }
        }

        return 0;
    }

    private async Task PrintAsync(List<(string Name, FileNode Node)> entries)
    {
        IEnumerable<(string Name, FileNode Node)> sorted = entries;
        sorted = _options['t'] ? sorted.OrderByDescending(entry => entry.Node.ModifiedAt) : _options['S'] ? sorted.OrderByDescending(entry => entry.Node.Size) : sorted;
        List<(string Name, FileNode Node)> shown = [.. _options['r'] ? sorted.Reverse() : sorted];
        int width = _process.Files[1].Terminal is { } terminal ? terminal.Size.Columns is > 0 and var columns ? columns : DefaultWidth : 0;
        if (width > 0 && !_options['l'] && !_options['1'])
        {
            await _process.WriteAsync(ColumnList.Format([.. shown.Select(entry => Decorate(entry.Name, entry.Node))], width));
            return;
        }

        var text = new StringBuilder();
        foreach ((string name, FileNode node) in shown)
        {
            text.Append(_options['i'] ? string.Create(CultureInfo.InvariantCulture, $"{node.Inode,7} ") : "");
            text.Append(_options['l'] ? Describe(name, node) : Decorate(name, node)).Append('\n');
        }

        await _process.WriteAsync(text.ToString());
    }

    private string Decorate(string name, FileNode node) => name + node switch
    {
        DirectoryNode when _options['F'] || _options['p'] => "/",
        SymbolicLink when _options['F'] => "@",
        not SymbolicLink and not DirectoryNode when _options['F'] && (node.Mode & 0b001_001_001) != 0 => "*",
        _ => "",
    };

    private string Describe(string name, FileNode node)
    {
        string size = _options['h'] ? HumanSize(node.Size) : node.Size.ToString(CultureInfo.InvariantCulture);
        string owner = _options['n'] ? node.UserId.ToString(CultureInfo.InvariantCulture) : UserNames.User(_process, node.UserId);
        string group = _options['n'] ? node.GroupId.ToString(CultureInfo.InvariantCulture) : UserNames.Group(_process, node.GroupId);
        string time = node.ModifiedAt.ToString(
            _process.Scope.Time.GetUtcNow() - node.ModifiedAt < TimeSpan.FromDays(180) ? "MMM d HH:mm" : "MMM d  yyyy", CultureInfo.InvariantCulture);
        string target = node is SymbolicLink link ? " -> " + link.Target : "";
        int links = node is DirectoryNode ? 2 : 1;
        return string.Create(CultureInfo.InvariantCulture,
            $"{node.TypeLetter}{FileModes.Describe(node.Mode)} {links,4} {owner,-8} {group,-8} {size,9} {time,12} {Decorate(name, node)}{target}");
    }

    private static string HumanSize(long size)
    {
        double value = size;
        string units = "\0KMGT";
        int unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? size.ToString(CultureInfo.InvariantCulture) : value.ToString("F1", CultureInfo.InvariantCulture) + units[unit];
    }
}
