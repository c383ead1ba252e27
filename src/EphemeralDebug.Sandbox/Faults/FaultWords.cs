using System.Globalization;
using System.Text;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>The words of a fault rule, taken one after the other; options (name=value) may stand anywhere.</summary>
internal sealed class FaultWords
{
    private readonly List<string> _words;

    private FaultWords(List<string> words) => _words = words;

    /// <summary>Splits at blanks; what stands in single or double quotes is not split.</summary>
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static FaultWords Split(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        bool any = false;
        char? quote = null;
        foreach (char character in text)
        {
            if (character == quote)
            {
                quote = null;
            }
            else if (quote is null && character is '\'' or '"')
            {
                quote = character;
                any = true;
            }
            else if (quote is null && char.IsWhiteSpace(character))
            {
                Add();
            }
            else
            {
                word.Append(character);
                any = true;
            }
        }

        if (quote is not null)
        {
            throw new FormatException($"A quote is not closed in: {text}");
        }

        Add();
        return new FaultWords(words);

        void Add()
        {
            if (any)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            any = false;
        }
    }

    /// <summary>The first word.</summary>
    /// <exception cref="FormatException">There is none left.</exception>
    public string Take(string what)
    {
        string word = _words.FirstOrDefault() ?? throw new FormatException($"Here, {what} is missing.");
        _words.RemoveAt(0);
        return word;
    }

    /// <summary>Takes the first word if it is this one.</summary>
    public bool TryTake(string expected)
    {
        bool found = _words.FirstOrDefault() == expected;
        if (found)
        {
            _words.RemoveAt(0);
        }

        return found;
    }

    /// <summary>Takes the first word that is no option.</summary>
    public bool TryTakePlain(out string word)
    {
        int index = _words.FindIndex(candidate => !IsOption(candidate));
        word = index < 0 ? "" : _words[index];
        if (index >= 0)
        {
            _words.RemoveAt(index);
        }

        return index >= 0;
    }

    /// <summary>The value of an option; null when it is not given.</summary>
    public string? TakeOption(string name)
    {
        int index = _words.FindIndex(word => word.StartsWith($"{name}=", StringComparison.Ordinal));
        if (index < 0)
        {
            return null;
        }

        string value = _words[index][(name.Length + 1)..];
        _words.RemoveAt(index);
        return value;
    }

    /// <summary>The value of an option that is a whole number.</summary>
    /// <exception cref="FormatException">It is none, or too small or too large.</exception>
    public int? TakeNumber(string name, int least, int most) => TakeOption(name) switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most => number,
        { } text => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name}= needs a whole number of at least {least}, not '{text}'.")),
    };

    /// <summary>The value of an option that is a time.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public TimeSpan? TakeDuration(string name) => TakeOption(name) is { } text ? ReadDuration(text) : null;

    /// <summary>Reads "2s", "1.5s", "300ms" or "1m".</summary>
    /// <exception cref="FormatException">The text is no time.</exception>
    public static TimeSpan ReadDuration(string text)
    {
        (string number, double unit) = text switch
        {
            [.. var digits, 'm', 's'] => (digits, 0.001),
            [.. var digits, 's'] => (digits, 1),
            [.. var digits, 'm'] => (digits, 60),
            _ => ("", 0),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * unit < 86_400
            ? TimeSpan.FromSeconds(value * unit)
            : throw new FormatException($"'{text}' is no time; write it like 2s, 1.5s, 300ms or 1m.");
    }

    /// <summary>Refuses what nobody has taken.</summary>
    /// <exception cref="FormatException">There is any.</exception>
    public void RequireEnd()
    {
        if (_words.Count > 0)
        {
            throw new FormatException($"'{_words[0]}' is not understood here.");
        }
    }

    private static bool IsOption(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && word[0] is not ('/' or '?');
    }
}
