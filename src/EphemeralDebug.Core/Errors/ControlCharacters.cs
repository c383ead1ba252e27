using System.Globalization;
using System.Text;

namespace EphemeralDebug;

/// <summary>
/// Makes text from elsewhere safe to show: a control character could move the cursor or change the screen, and an
/// invisible one could make a line read as something else than it says.
/// </summary>
public static class ControlCharacters
{
    /// <summary>
    /// Returns the text with every control, format, private and unassigned character but line feed and tab written as
    /// <c>\u001b</c>.
    /// </summary>
    public static string MakeVisible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int shown = 0;
        while (shown < text.Length && text[shown] is '\n' or '\t' or (>= ' ' and <= '~'))
        {
            shown++;
        }

        if (shown == text.Length)
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 16).Append(text, 0, shown);
        foreach (Rune rune in text.AsSpan(shown).EnumerateRunes())
        {
            if (IsShown(rune))
            {
                visible.Append(rune.ToString());
            }
            else if (rune.IsBmp)
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
            }
        }

        return visible.ToString();
    }

    private static bool IsShown(Rune rune) => rune.Value is '\n' or '\t' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
