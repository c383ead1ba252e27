using System.Globalization;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>A command was called in a way that it does not understand.</summary>
internal sealed class UsageException(string message, int code = 1) : Exception(message)
{
    /// <summary>The exit code that the command ends with.</summary>
    public int Code { get; } = code;
}

/// <summary>The options and operands of a command line, as getopt(3) finds them.</summary>
internal sealed class CommandOptions
{
    private readonly Dictionary<char, string> _values = [];
    private readonly List<string> _operands = [];

    /// <summary>What is not an option.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>Whether the option was given.</summary>
    public bool this[char letter] => _values.ContainsKey(letter);

    /// <summary>Parses a command line.</summary>
    /// <param name="arguments">The command line with the command's name.</param>
    /// <param name="letters">The known options; a colon after a letter says that it has a value.</param>
    /// <param name="stopsAtOperand">Options end at the first operand: what follows belongs to another command.</param>
    /// <exception cref="UsageException">An option is not known or has no value.</exception>
    public static CommandOptions Parse(IReadOnlyList<string> arguments, string letters, bool stopsAtOperand = false)
    {
        var options = new CommandOptions();
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--" || (stopsAtOperand && (argument.Length < 2 || argument[0] != '-')))
            {
                options._operands.AddRange(arguments.Skip(argument == "--" ? i + 1 : i));
                break;
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                options._operands.Add(argument);
                continue;
            }

            i += options.ParseLetters(argument, i + 1 < arguments.Count ? arguments[i + 1] : null, letters);
        }

        return options;
    }

    /// <summary>The value of an option, or null when it was not given.</summary>
    public string? Value(char letter) => _values.GetValueOrDefault(letter);

    /// <summary>The value of an option as a number, which may end with k, M or G.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public long? Number(char letter) => Value(letter) is { } text ? ParseSize(text) : null;

    /// <summary>Reads a number such as 32k.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static long ParseSize(string text)
    {
        string digits = text.TrimEnd('B', 'b');
        long unit = digits.Length == 0 ? 1 : digits[^1] switch
        {
            'k' or 'K' => 1024,
            'm' or 'M' => 1024 * 1024,
            'g' or 'G' => 1024 * 1024 * 1024,
            _ => 1,
        };
        return long.TryParse(unit == 1 ? digits : digits[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? checked(number * unit)
            : throw new UsageException($"invalid number '{text}'");
    }

    /// <summary>Reads one word of options; returns how many further words it used.</summary>
    private int ParseLetters(string argument, string? next, string letters)
    {
        for (int i = 1; i < argument.Length; i++)
        {
            char letter = argument[i];
            int known = letters.IndexOf(letter, StringComparison.Ordinal);
            if (known < 0 || letter == ':')
            {
                throw new UsageException(argument.StartsWith("--", StringComparison.Ordinal)
                    ? $"unrecognized option: {argument[2..]}"
                    : $"unrecognized option: {letter}");
            }

            if (known + 1 >= letters.Length || letters[known + 1] != ':')
            {
                _values[letter] = "";
                continue;
            }

            bool isAttached = i + 1 < argument.Length;
            _values[letter] = isAttached ? argument[(i + 1)..] : next ?? throw new UsageException($"option requires an argument: {letter}");
            return isAttached ? 0 : 1;
        }

        return 0;
    }
}
