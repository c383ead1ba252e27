using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Shell.Syntax;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Redirections in force; disposing it brings the shell's own files back.</summary>
internal sealed class RedirectionScope(SimulatedProcess process) : IDisposable
{
    private readonly Stack<(int Descriptor, OpenFile? Saved)> _saved = new();

    /// <summary>Applies redirections in their order.</summary>
    /// <exception cref="ShellErrorException">A file can't be opened.</exception>
    public static async Task<RedirectionScope> EnterAsync(ShellInterpreter shell, IReadOnlyList<Redirection> redirections)
    {
        var scope = new RedirectionScope(shell.Process);
        try
        {
            foreach (Redirection redirection in redirections)
            {
                await scope.ApplyAsync(shell, redirection);
            }
        }
        catch
        {
            scope.Dispose();
            throw;
        }

        return scope;
    }

    /// <summary>Makes the redirections stay, as <c>exec</c> without a command does.</summary>
    public void Keep()
    {
        foreach ((int _, OpenFile? saved) in _saved)
        {
            saved?.Release();
        }

        _saved.Clear();
    }

    public void Dispose()
    {
        while (_saved.TryPop(out (int Descriptor, OpenFile? Saved) entry))
        {
            process.Files.Set(entry.Descriptor, entry.Saved);
        }
    }

    private async Task ApplyAsync(ShellInterpreter shell, Redirection redirection)
    {
        string target = await shell.Expander.ExpandToTextAsync(redirection.Target);
        OpenFile? file;
        try
        {
            file = Open(redirection.Kind, target);
        }
        catch (SystemCallException exception)
        {
            string what = redirection.Kind is RedirectionKind.Output or RedirectionKind.Append && exception.Error == Errno.NoEntry
                ? $"can't create {target}: nonexistent directory"
                : redirection.Kind == RedirectionKind.Input && exception.Error == Errno.NoEntry
                    ? $"can't open {target}: no such file"
                    : $"can't {(redirection.Kind == RedirectionKind.Input ? "open" : "create")} {target}: {exception.Message}";
            throw new ShellErrorException(what, code: 1);
        }

        _saved.Push((redirection.Descriptor, process.Files.TryGet(redirection.Descriptor, out OpenFile? saved) ? saved.Share() : null));
        process.Files.Set(redirection.Descriptor, file);
    }

    private OpenFile? Open(RedirectionKind kind, string target) => kind switch
    {
        RedirectionKind.Input => FileSystem.Open(process, target, OpenMode.Read),
        RedirectionKind.Output => FileSystem.Open(process, target, OpenMode.Write | OpenMode.Truncate),
        RedirectionKind.Append => FileSystem.Open(process, target, OpenMode.Write | OpenMode.Append),
        RedirectionKind.ReadWrite => FileSystem.Open(process, target, OpenMode.Read | OpenMode.Write),
        RedirectionKind.HereDocument => new MemoryFile(ByteText.Encode(target)),
        _ when target == "-" => null,
        _ when int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor) => process.Files[descriptor].Share(),
        _ => throw new SystemCallException(Errno.BadFileDescriptor),
    };
}
