using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The commands <c>test</c> and <c>[</c>.</summary>
internal sealed class TestCommand
{
    private readonly SimulatedProcess _process;
    private readonly List<string> _words;
    private int _next;

    private TestCommand(SimulatedProcess process, List<string> words)
    {
        _process = process;
        _words = words;
    }

    /// <summary>0 for true, 1 for false, 2 for what is no expression.</summary>
    public static async Task<int> RunAsync(SimulatedProcess process, IReadOnlyList<string> arguments)
    {
        List<string> words = arguments.Skip(1).ToList();
        try
        {
            if (arguments[0].EndsWith('['))
            {
                if (words.Count == 0 || words[^1] != "]")
                {
                    throw new UsageException("missing ]");
                }

                words.RemoveAt(words.Count - 1);
            }

            var test = new TestCommand(process, words);
            bool result = words.Count > 0 && test.ParseOr();
            return test._next < words.Count ? throw new UsageException($"{words[test._next]}: unknown operand") : result ? 0 : 1;
        }
        catch (UsageException exception)
        {
            await process.WriteErrorAsync($"{process.CommandName}: {exception.Message}\n");
            return 2;
        }
    }

    private bool ParseOr()
    {
        bool result = ParseAnd();
        while (Peek() == "-o")
        {
            _next++;
            result |= ParseAnd();
        }

        return result;
    }

    private bool ParseAnd()
    {
        bool result = ParseNot();
        while (Peek() == "-a")
        {
            _next++;
            result &= ParseNot();
        }

        return result;
    }

    private bool ParseNot()
    {
        if (Peek() == "!" && _next + 1 < _words.Count && !IsBinary(_next + 1))
        {
            _next++;
            return !ParseNot();
        }

        return ParsePrimary();
    }

    private bool ParsePrimary()
    {
        if (IsBinary(_next + 1))
        {
            (string left, string operatorText, string right) = (_words[_next], _words[_next + 1], _words[_next + 2]);
            _next += 3;
            return Compare(left, operatorText, right);
        }

        string word = Take();
        if (word == "(" && _next < _words.Count)
        {
            bool result = ParseOr();
            return Take() == ")" ? result : throw new UsageException("closing paren expected");
        }

        return word is ['-', _] && _next < _words.Count && Peek() is not ("-a" or "-o")
            ? CheckUnary(word[1], Take())
            : word.Length > 0;
    }

    private bool IsBinary(int index) => index > 0 && index + 1 < _words.Count && _words[index]
        is "=" or "==" or "!=" or "<" or ">" or "-eq" or "-ne" or "-lt" or "-le" or "-gt" or "-ge" or "-nt" or "-ot" or "-ef";

    private bool Compare(string left, string operatorText, string right) => operatorText switch
    {
        "=" or "==" => left == right,
        "!=" => left != right,
        "<" => string.CompareOrdinal(left, right) < 0,
        ">" => string.CompareOrdinal(left, right) > 0,
        "-nt" => Find(left, true)?.ModifiedAt > Find(right, true)?.ModifiedAt,
        "-ot" => Find(left, true)?.ModifiedAt < Find(right, true)?.ModifiedAt,
        "-ef" => Find(left, true) is { } node && node == Find(right, true),
        "-eq" => Number(left) == Number(right),
        "-ne" => Number(left) != Number(right),
        "-lt" => Number(left) < Number(right),
        "-le" => Number(left) <= Number(right),
        "-gt" => Number(left) > Number(right),
        _ => Number(left) >= Number(right),
    };

    private bool CheckUnary(char letter, string operand)
    {
        switch (letter)
        {
            case 'z':
                return operand.Length == 0;
            case 'n':
                return operand.Length > 0;
            case 't':
                return _process.Files.TryGet((int)Number(operand), out OpenFile? file) && file.Terminal is not null;
        }

        FileNode? node = Find(operand, followLast: letter is not ('h' or 'L'));
        return letter switch
        {
            'e' => node is not null,
            'f' => node is { TypeLetter: '-' },
            'd' => node is DirectoryNode,
            'h' or 'L' => node is SymbolicLink,
            'c' => node is DeviceNode,
            's' => node is { Size: > 0 },
            'r' => node?.Allows(_process.Credentials, 4) == true,
            'w' => node?.Allows(_process.Credentials, 2) == true,
            'x' => node?.Allows(_process.Credentials, 1) == true,
            'b' or 'p' or 'S' or 'u' or 'g' or 'k' => false,
            _ => throw new UsageException($"-{letter}: unknown operand"),
        };
    }

    private FileNode? Find(string path, bool followLast)
    {
        try
        {
            return FileSystem.Find(_process, path, followLast);
        }
        catch (SystemCallException)
        {
            return null;
        }
    }

    private static long Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new UsageException($"{text}: bad number");

    private string? Peek() => _next < _words.Count ? _words[_next] : null;

    private string Take() => _next < _words.Count ? _words[_next++] : throw new UsageException("argument expected");
}
