using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EphemeralDebug.Yaml;

/// <summary>
/// How a value is written so that readers of YAML 1.1 and of 1.2 agree about it: text without quotes only where neither
/// could take it for something else, text of several lines as a literal block.
/// </summary>
internal static class YamlScalarStyle
{
    public static Scalar Text(string text) => Create(text, IsPlain(text)
        ? ScalarStyle.Plain
        : IsBlock(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted);

    public static Scalar Key(string name) => Create(name, IsPlain(name) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted);

    /// <summary>A JSON number. YAML 1.1 takes <c>1e3</c> for text; it wants a point and the exponent's sign.</summary>
    public static Scalar Number(string json)
    {
        int exponent = json.AsSpan().IndexOfAny('e', 'E');
        if (exponent < 0)
        {
            return new Scalar(json);
        }

        string digits = json[..exponent];
        string power = json[(exponent + 1)..];
        return new Scalar(
            $"{digits}{(digits.Contains('.', StringComparison.Ordinal) ? "" : ".0")}e{(power[0] is '+' or '-' ? "" : "+")}{power}");
    }

    private static Scalar Create(string text, ScalarStyle style) =>
        new(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);

    // What begins with a digit, a sign or a point may be a number, a date or a time to somebody.
    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] is '_' or '/') || text[^1] is ' ' or ':' || IsWord(text))
        {
            return false;
        }

        for (int i = 1; i < text.Length; i++)
        {
            bool allowed = char.IsAsciiLetterOrDigit(text[i])
                || text[i] is '_' or '/' or '.' or '-' or '+' or '=' or '@' or '%' or '(' or ')' or '$' or ' '
                || (text[i] is ':' && text[i + 1] is not ' ');
            if (!allowed)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The words that YAML 1.1 or 1.2 takes for a boolean or null.</summary>
    private static bool IsWord(string text) => text.ToUpperInvariant() is
        "Y" or "YES" or "N" or "NO" or "TRUE" or "FALSE" or "ON" or "OFF" or "NULL";

    /// <summary>
    /// Lines of visible text. A first line that begins with a blank would need an indentation indicator, a blank at the
    /// end of a line could not be seen, and empty lines at the end would change where the text is copied.
    /// </summary>
    private static bool IsBlock(string text)
    {
        if (!text.Contains('\n', StringComparison.Ordinal) || text[0] is ' ' or '\n' || text.EndsWith("\n\n", StringComparison.Ordinal))
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            bool isShown = text[i] is >= ' ' and <= '~'
                ? text[i] is not ' ' || (i + 1 < text.Length && text[i + 1] is not '\n')
                : text[i] is '\n' || (char.IsLetterOrDigit(text[i]) && !char.IsSurrogate(text[i]));
            if (!isShown)
            {
                return false;
            }
        }

        return true;
    }
}
