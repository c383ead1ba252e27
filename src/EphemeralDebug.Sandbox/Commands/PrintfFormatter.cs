using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>Formats as the command printf does (POSIX, <c>printf</c>).</summary>
internal sealed class PrintfFormatter(string format, IReadOnlyList<string> arguments)
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _problems = [];
    private int _next;
    private bool _stopped;

    /// <summary>The arguments that should have been numbers.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The format is used again and again until there are no more arguments.</summary>
    public string Format()
    {
        do
        {
            int before = _next;
            FormatOnce();
            if (_next == before)
            {
                break;
            }
        }
        while (_next < arguments.Count && !_stopped);
        return _text.ToString();
    }

    /// <summary>Replaces <c>\n</c>, <c>\t</c>, <c>\x41</c>, <c>\0101</c> …; <c>\c</c> stops the output.</summary>
    public static string Unescape(string text, out bool stops)
    {
        var result = new StringBuilder(text.Length);
        stops = false;
        for (int i = 0; i < text.Length && !stops;)
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                result.Append(text[i++]);
            }
            else if (text[i + 1] == 'c')
            {
                stops = true;
            }
            else
            {
                result.Append(UnescapeOne(text, ref i));
            }
        }

        return result.ToString();
    }

    private static string UnescapeOne(string text, ref int index)
    {
        char letter = text[index + 1];
        index += 2;
        switch (letter)
        {
            case 'n':
                return "\n";
            case 't':
                return "\t";
            case 'r':
                return "\r";
            case 'a':
                return "\a";
            case 'b':
                return "\b";
            case 'f':
                return "\f";
            case 'v':
                return "\v";
            case 'e':
                return "\u001b";
            case '\\' or '"' or '\'':
                return letter.ToString();
            case 'x' when index < text.Length && char.IsAsciiHexDigit(text[index]):
                return TakeByte(text, ref index, 16, 2);
            case >= '0' and <= '7':
                index -= letter == '0' ? 0 : 1;
                return TakeByte(text, ref index, 8, 3);
            default:
                return "\\" + letter;
        }
    }

    private static string TakeByte(string text, ref int index, int numberBase, int mostDigits)
    {
        int value = 0;
        for (int digits = 0; digits < mostDigits && index < text.Length; digits++, index++)
        {
            int digit = char.IsAsciiHexDigit(text[index]) ? System.Convert.ToInt32(text[index].ToString(), 16) : numberBase;
            if (digit >= numberBase)
            {
                break;
            }

            value = (value * numberBase) + digit;
        }

        return ByteText.Decode([(byte)value]);
    }

    private void FormatOnce()
    {
        for (int i = 0; i < format.Length && !_stopped;)
        {
            char letter = format[i];
            if (letter == '\\' && i + 1 < format.Length)
            {
                if (format[i + 1] == 'c')
                {
                    _stopped = true;
                    return;
                }

                _text.Append(UnescapeOne(format, ref i));
            }
            else if (letter == '%' && i + 1 < format.Length)
            {
                i = FormatDirective(i + 1);
            }
            else
            {
                _text.Append(letter);
                i++;
            }
        }
    }

    private int FormatDirective(int index)
    {
        int start = index;
        while (index < format.Length && "-+ #0".Contains(format[index], StringComparison.Ordinal))
        {
            index++;
        }

        string flags = format[start..index];
        int width = TakeNumber(ref index) ?? 0;
        int? precision = null;
        if (index < format.Length && format[index] == '.')
        {
            index++;
            precision = TakeNumber(ref index) ?? 0;
        }

        if (index >= format.Length)
        {
            throw new UsageException($"%{format[start..]}: invalid format");
        }

        string value = Convert(format[index], flags, precision, format[start..index]);
        bool zero = flags.Contains('0', StringComparison.Ordinal) && !flags.Contains('-', StringComparison.Ordinal) && "diuxXof".Contains(format[index], StringComparison.Ordinal);
        int sign = zero && value is ['-' or '+', ..] ? 1 : 0;
        _text.Append(flags.Contains('-', StringComparison.Ordinal) || width < 0
            ? value.PadRight(Math.Abs(width))
            : zero ? value[..sign] + value[sign..].PadLeft(width - sign, '0') : value.PadLeft(width));
        return index + 1;
    }

    private int? TakeNumber(ref int index)
    {
        if (index < format.Length && format[index] == '*')
        {
            index++;
            return (int)ParseNumber(TakeArgument());
        }

        int start = index;
        while (index < format.Length && char.IsAsciiDigit(format[index]))
        {
            index++;
        }

        return index > start ? int.Parse(format.AsSpan(start, index - start), CultureInfo.InvariantCulture) : null;
    }

    private string Convert(char directive, string flags, int? precision, string text)
    {
        switch (directive)
        {
            case '%':
                return "%";
            case 's':
                string value = TakeArgument();
                return precision < value.Length ? value[..precision.Value] : value;
            case 'b':
                return Unescape(TakeArgument(), out _stopped);
            case 'c':
                string argument = TakeArgument();
                return argument.Length > 0 ? argument[..1] : "";
            case 'd' or 'i':
                long number = ParseNumber(TakeArgument());
                string digits = Math.Abs((decimal)number).ToString(CultureInfo.InvariantCulture).PadLeft(precision ?? 1, '0');
                return (number < 0 ? "-" : flags.Contains('+', StringComparison.Ordinal) ? "+" : "") + digits;
            case 'u':
                return ((ulong)ParseNumber(TakeArgument())).ToString(CultureInfo.InvariantCulture);
            case 'x':
                return (flags.Contains('#', StringComparison.Ordinal) ? "0x" : "") + ParseNumber(TakeArgument()).ToString("x", CultureInfo.InvariantCulture).PadLeft(precision ?? 1, '0');
            case 'X':
                return ParseNumber(TakeArgument()).ToString("X", CultureInfo.InvariantCulture).PadLeft(precision ?? 1, '0');
            case 'o':
                return System.Convert.ToString(ParseNumber(TakeArgument()), 8).PadLeft(precision ?? 1, '0');
            case 'f' or 'g' or 'e':
                return ParseReal(TakeArgument()).ToString("F" + (precision ?? 6).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            default:
                throw new UsageException($"%{text}{directive}: invalid format");
        }
    }

    private string TakeArgument() => _next < arguments.Count ? arguments[_next++] : "";

    private long ParseNumber(string text)
    {
        if (text is ['\'' or '"', _, ..])
        {
            return char.ConvertToUtf32(text, 1);
        }

        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (text.Length == 0)
        {
            return 0;
        }

        if (long.TryParse(isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        _problems.Add(text);
        return 0;
    }

    private double ParseReal(string text)
    {
        double number = 0;
        if (text.Length == 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return number;
        }

        _problems.Add(text);
        return 0;
    }
}
