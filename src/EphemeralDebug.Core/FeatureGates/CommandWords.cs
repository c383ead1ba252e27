using System.Text;

namespace EphemeralDebug.FeatureGates;

/// <summary>A word of a command line and the characters of the value that it is written with.</summary>
/// <param name="Text">The word without quotes.</param>
/// <param name="Places">For each character of the word, its index in the value.</param>
/// <param name="End">The index in the value behind the word's last character.</param>
internal sealed record CommandWord(string Text, IReadOnlyList<int> Places, int End);

/// <summary>Splits a variable's value into words as systemd does for <c>$NAME</c>: quotes group, a backslash escapes.</summary>
internal static class CommandWords
{
    /// <summary>The words of a value.</summary>
    /// <exception cref="FormatException">A quote is never closed.</exception>
    public static IReadOnlyList<CommandWord> Split(string value)
    {
        var words = new List<CommandWord>();
        int at = 0;
        while (true)
        {
            while (at < value.Length && char.IsWhiteSpace(value[at]))
            {
                at++;
            }

            if (at == value.Length)
            {
                return words;
            }

            words.Add(ReadWord(value, ref at));
        }
    }

    private static CommandWord ReadWord(string value, ref int at)
    {
        var text = new StringBuilder();
        var places = new List<int>();
        char quote = '\0';
        int end = at;
        while (at < value.Length && (quote != '\0' || !char.IsWhiteSpace(value[at])))
        {
            char c = value[at];
            if (c == '\\' && at + 1 < value.Length)
            {
                places.Add(++at);
                text.Append(value[at++]);
                end = at;
            }
            else if (quote == '\0' ? c is '"' or '\'' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
                end = quote == '\0' ? end : at + 1;
                at++;
            }
            else
            {
                places.Add(at++);
                text.Append(c);
                end = at;
            }
        }

        return quote == '\0'
            ? new CommandWord(text.ToString(), places, end)
            : throw new FormatException($"the quote {quote} is never closed");
    }
}
