using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Shell patterns (POSIX 2.13). A backslash makes the next character ordinary.</summary>
internal static class Glob
{
    /// <summary>Whether an unescaped <c>*</c>, <c>?</c> or <c>[</c> is in it.</summary>
    public static bool HasMagic(ReadOnlySpan<char> pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
            }
            else if (pattern[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The text with every special character made ordinary.</summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("*?[]\\") < 0)
        {
            return text;
        }

        var escaped = new System.Text.StringBuilder(text.Length + 4);
        foreach (char letter in text)
        {
            if (letter is '*' or '?' or '[' or ']' or '\\')
            {
                escaped.Append('\\');
            }

            escaped.Append(letter);
        }

        return escaped.ToString();
    }

    public static bool IsMatch(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int textIndex = 0;
        int patternIndex = 0;
        int starPattern = -1;
        int starText = 0;
        while (textIndex < text.Length)
        {
            if (patternIndex < pattern.Length && pattern[patternIndex] == '*')
            {
                starPattern = patternIndex++;
                starText = textIndex;
            }
            else if (patternIndex < pattern.Length && MatchesOne(text[textIndex], pattern, patternIndex, out int next))
            {
                patternIndex = next;
                textIndex++;
            }
            else if (starPattern >= 0)
            {
                patternIndex = starPattern + 1;
                textIndex = ++starText;
            }
            else
            {
                return false;
            }
        }

        return pattern[patternIndex..].TrimStart('*').IsEmpty;
    }

    /// <summary>The paths that match, sorted; empty when none does.</summary>
    public static List<string> Expand(SimulatedProcess process, string pattern)
    {
        var paths = new List<string> { pattern.StartsWith('/') ? "/" : "" };
        string[] names = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < names.Length; i++)
        {
            bool isLast = i == names.Length - 1;
            var next = new List<string>();
            foreach (string path in paths)
            {
                next.AddRange(ExpandName(process, path, names[i]).Select(found => isLast ? found : found + "/"));
            }

            paths = next;
        }

        return paths;
    }

    private static List<string> ExpandName(SimulatedProcess process, string directory, string name)
    {
        if (!HasMagic(name))
        {
            string path = directory + Unescape(name);
            return Exists(process, path) ? [path] : [];
        }

        try
        {
            return FileSystem.Find(process, directory.Length == 0 ? "." : directory) is DirectoryNode node && node.Allows(process.Credentials, 4)
                ? [.. node.Names.Where(entry => (entry[0] != '.' || name[0] == '.') && IsMatch(entry, name)).Select(entry => directory + entry)]
                : [];
        }
        catch (SystemCallException)
        {
            return [];
        }
    }

    private static bool Exists(SimulatedProcess process, string path)
    {
        try
        {
            return FileSystem.Find(process, path, followLast: false) is not null;
        }
        catch (SystemCallException)
        {
            return false;
        }
    }

    private static string Unescape(string pattern)
    {
        var text = new System.Text.StringBuilder(pattern.Length);
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                i++;
            }

            text.Append(pattern[i]);
        }

        return text.ToString();
    }

    private static bool MatchesOne(char letter, ReadOnlySpan<char> pattern, int index, out int next)
    {
        next = index + 1;
        switch (pattern[index])
        {
            case '?':
                return true;
            case '[' when MatchBracket(letter, pattern, index, out bool matches, out next):
                return matches;
            case '\\' when index + 1 < pattern.Length:
                next = index + 2;
                return pattern[index + 1] == letter;
            default:
                next = index + 1;
                return pattern[index] == letter;
        }
    }

    /// <summary>Reads <c>[a-z]</c>, <c>[!a]</c>, <c>[[:digit:]]</c>; false when the bracket is not closed.</summary>
    private static bool MatchBracket(char letter, ReadOnlySpan<char> pattern, int index, out bool matches, out int next)
    {
        matches = false;
        next = index + 1;
        int i = index + 1;
        bool negated = i < pattern.Length && pattern[i] is '!' or '^';
        i += negated ? 1 : 0;
        int first = i;
        while (i < pattern.Length && (pattern[i] != ']' || i == first))
        {
            if (pattern[i..].StartsWith("[:") && pattern[i..].IndexOf(":]") is var length and > 0)
            {
                matches |= IsInClass(letter, pattern[(i + 2)..(i + length)]);
                i += length + 2;
                continue;
            }

            if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                i++;
            }

            char low = pattern[i];
            char high = low;
            if (i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']')
            {
                high = pattern[i + 2];
                i += 2;
            }

            matches |= letter >= low && letter <= high;
            i++;
        }

        next = i + 1;
        matches ^= negated;
        return i < pattern.Length;
    }

    /// <summary>Whether a character is in a class such as <c>digit</c> or <c>upper</c>.</summary>
    public static bool IsInClass(char letter, ReadOnlySpan<char> name) => name switch
    {
        "alpha" => char.IsLetter(letter),
        "digit" => char.IsAsciiDigit(letter),
        "alnum" => char.IsLetterOrDigit(letter),
        "upper" => char.IsUpper(letter),
        "lower" => char.IsLower(letter),
        "space" => letter is ' ' or (>= '\t' and <= '\r'),
        "blank" => letter is ' ' or '\t',
        "punct" => letter is > ' ' and < '\u007f' && !char.IsAsciiLetterOrDigit(letter),
        "cntrl" => char.IsControl(letter),
        "xdigit" => char.IsAsciiHexDigit(letter),
        "print" => letter >= ' ' && letter != '\u007f',
        "graph" => letter > ' ' && letter != '\u007f',
        _ => false,
    };
}
