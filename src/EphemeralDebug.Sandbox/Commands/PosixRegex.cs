using System.Text;
using System.Text.RegularExpressions;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Turns the regular expressions of grep and sed into .NET's.</summary>
internal static class PosixRegex
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Prepares a pattern.</summary>
    /// <param name="pattern">A basic or extended regular expression (POSIX, Base Definitions, 9).</param>
    /// <param name="extended">Parentheses and braces are special without a backslash.</param>
    /// <param name="ignoreCase">Upper and lower case are the same.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public static Regex Create(string pattern, bool extended, bool ignoreCase)
    {
        try
        {
            RegexOptions options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
            return new Regex(Translate(pattern, extended), options, Patience);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"bad regex '{pattern}'");
        }
    }

    private static string Translate(string pattern, bool extended)
    {
        var result = new StringBuilder(pattern.Length + 8);
        for (int i = 0; i < pattern.Length; i++)
        {
            char letter = pattern[i];
            if (letter == '[')
            {
                i = TranslateBracket(pattern, i, result);
            }
            else if (letter == '\\' && i + 1 < pattern.Length)
            {
                result.Append(TranslateEscape(pattern[++i], extended));
            }
            else if (!extended && letter is '(' or ')' or '{' or '}' or '|' or '+' or '?')
            {
                result.Append(extended ? "" : "\\").Append(letter);
            }
            else if (!extended && letter == '*' && i == 0)
            {
                result.Append("\\*");
            }
            else
            {
                result.Append(letter == '$' && i == pattern.Length - 1 ? "\\z" : letter.ToString());
            }
        }

        return result.ToString();
    }

    private static string TranslateEscape(char letter, bool extended) => letter switch
    {
        '(' or ')' or '{' or '}' or '|' or '+' or '?' => extended ? "\\" + letter : letter.ToString(),
        '<' => @"\b(?=\w)",
        '>' => @"\b(?<=\w)",
        'n' or 't' or 'w' or 'W' or 's' or 'S' or 'b' or 'B' or 'd' or (>= '1' and <= '9') => "\\" + letter,
        _ => Regex.Escape(letter.ToString()),
    };

    private static int TranslateBracket(string pattern, int index, StringBuilder result)
    {
        int i = index + 1;
        result.Append('[');
        if (i < pattern.Length && pattern[i] == '^')
        {
            result.Append('^');
            i++;
        }

        for (int first = i; i < pattern.Length && (pattern[i] != ']' || i == first); i++)
        {
            int end = pattern[i] == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':' ? pattern.IndexOf(":]", i, StringComparison.Ordinal) : -1;
            if (end > 0)
            {
                result.Append(TranslateClass(pattern[(i + 2)..end]));
                i = end + 1;
            }
            else
            {
                result.Append(pattern[i] is '[' or ']' or '\\' ? "\\" : "").Append(pattern[i]);
            }
        }

        result.Append(']');
        return i;
    }

    private static string TranslateClass(string name) => name switch
    {
        "alpha" => "a-zA-Z",
        "digit" => "0-9",
        "alnum" => "a-zA-Z0-9",
        "upper" => "A-Z",
        "lower" => "a-z",
        "space" => @"\s",
        "blank" => @" \t",
        "punct" => @"!-/:-@\[-`{-~",
        "xdigit" => "0-9a-fA-F",
        "cntrl" => @"\x00-\x1f\x7f",
        "print" => @"\x20-\x7e",
        "graph" => @"\x21-\x7e",
        _ => throw new UsageException($"bad character class '{name}'"),
    };
}
