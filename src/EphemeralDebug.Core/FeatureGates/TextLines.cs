namespace EphemeralDebug.FeatureGates;

/// <summary>Lines of a text: where they begin and end, and how.</summary>
internal static class TextLines
{
    private const string Breaks = "\r\n";

    /// <summary>Where the line of a place begins.</summary>
    public static int Start(string text, int at) => at == 0 ? 0 : text.AsSpan(0, at).LastIndexOfAny(Breaks) + 1;

    /// <summary>Where the line of a place ends, before its line break.</summary>
    public static int End(string text, int at)
    {
        int length = text.AsSpan(at).IndexOfAny(Breaks);
        return length < 0 ? text.Length : at + length;
    }

    /// <summary>What the line holds before a place.</summary>
    public static string Before(string text, int at)
    {
        int start = Start(text, at);
        return text[start..at];
    }

    /// <summary>The line break of a line; where it has none, that of the line before; else a line feed.</summary>
    public static string Break(string text, int at)
    {
        int end = End(text, at);
        if (end == text.Length)
        {
            end = text.LastIndexOfAny(['\r', '\n']);
            end = end > 0 && text[end] == '\n' && text[end - 1] == '\r' ? end - 1 : end;
        }

        return end < 0 ? "\n" : text[end..] switch
        {
            ['\r', '\n', ..] => "\r\n",
            ['\r', ..] => "\r",
            _ => "\n",
        };
    }

    /// <summary>A mistake at a place, as <c>line 3, column 5: …</c>.</summary>
    public static FormatException Error(string text, int at, string problem)
    {
        int line = 1;
        for (int i = 0; i < at; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
            {
                line++;
            }
        }

        return new FormatException($"line {line}, column {at - Start(text, at) + 1}: {problem}");
    }
}
