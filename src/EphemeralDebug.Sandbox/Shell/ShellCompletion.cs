using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>What the Tab key can complete: commands at the beginning of a command, paths elsewhere.</summary>
internal sealed class ShellCompletion(ShellInterpreter shell)
{
    private static readonly System.Buffers.SearchValues<char> WordStarts = System.Buffers.SearchValues.Create(" \t;|&<>(=");

    /// <summary>The beginning of the word that ends at the end of <paramref name="text"/>, and what it may become.</summary>
    public (string Word, IReadOnlyList<string> Candidates) Complete(string text)
    {
        int start = text.AsSpan().LastIndexOfAny(WordStarts) + 1;
        string word = text[start..];
        string before = text[..start].TrimEnd(' ', '\t');
        bool isCommand = before.Length == 0 || before[^1] is ';' or '|' or '&' or '(';
        IEnumerable<string> candidates = isCommand && !word.Contains('/', StringComparison.Ordinal) ? Commands() : Paths(word);
        return (word, [.. candidates.Where(name => name.StartsWith(word, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    private IEnumerable<string> Commands()
    {
        IEnumerable<string> names = ShellBuiltins.Names.Concat(shell.Functions.Keys);
        foreach (string directory in (shell.Variables["PATH"] ?? ProgramLoader.DefaultPath).Split(':'))
        {
            names = names.Concat(Names(directory));
        }

        return names.Where(name => name.Length > 1).Select(name => name + " ");
    }

    private IEnumerable<string> Paths(string word)
    {
        int slash = word.LastIndexOf('/');
        string directory = word[..(slash + 1)];
        foreach (string name in Names(directory.Length == 0 ? "." : directory))
        {
            if (name[0] != '.' || (word.Length > slash + 1 && word[slash + 1] == '.'))
            {
                yield return directory + name + (IsDirectory(directory + name) ? "/" : " ");
            }
        }
    }

    private IReadOnlyList<string> Names(string directory)
    {
        try
        {
            return FileSystem.Find(shell.Process, directory) is DirectoryNode node ? node.Names : [];
        }
        catch (SystemCallException)
        {
            return [];
        }
    }

    private bool IsDirectory(string path)
    {
        try
        {
            return FileSystem.Find(shell.Process, path) is DirectoryNode;
        }
        catch (SystemCallException)
        {
            return false;
        }
    }
}
