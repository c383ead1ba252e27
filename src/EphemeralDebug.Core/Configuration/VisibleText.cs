using System.Globalization;
using System.Text;

namespace EphemeralDebug.Configuration;

/// <summary>Text from outside that is to be shown, with its control characters made visible.</summary>
internal static class VisibleText
{
    /// <summary>Writes control and format characters as <c>U+001B</c>, but for white space such as line ends.</summary>
    public static string Of(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsShown(rune))
            {
                visible.Append(rune.ToString());
            }
            else
            {
                visible.Append(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
            }
        }

        return visible.ToString();
    }

    private static bool IsShown(Rune rune) => rune.Value is >= 0x09 and <= 0x0D || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
