using System.Buffers;
using System.Globalization;
using System.Text;

namespace EphemeralDebug;

/// <summary>Makes text from the cluster safe to show: a control character could move the cursor or change the screen.</summary>
public static class ControlCharacters
{
    private static readonly SearchValues<char> s_harmless = SearchValues.Create("\n\t");

    /// <summary>Returns the text with every control character but line feed and tab written as <c>\u001b</c>.</summary>
    public static string MakeVisible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = FindFirst(text);
        if (first < 0)
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 16).Append(text, 0, first);
        foreach (char c in text.AsSpan(first))
        {
            if (IsHarmful(c))
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                visible.Append(c);
            }
        }

        return visible.ToString();
    }

    private static int FindFirst(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsHarmful(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    // Bidirectional overrides can make a line read as something else than it says, so they count as control characters.
    private static bool IsHarmful(char c) =>
        (char.IsControl(c) && !s_harmless.Contains(c)) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
