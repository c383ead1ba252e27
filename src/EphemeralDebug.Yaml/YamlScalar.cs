using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EphemeralDebug.Yaml;

/// <summary>What a scalar is: text, number, boolean or null, by the rules of go-yaml 2.</summary>
internal static class YamlScalar
{
    private const string TagPrefix = "tag:yaml.org,2002:";
    private const string HexDigits = "0123456789abcdef";

    public static JsonValue? ToJson(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty)
        {
            return scalar.Style == ScalarStyle.Plain ? Resolve(scalar) : JsonValue.Create(scalar.Value);
        }

        string tag = scalar.Tag.Value.StartsWith(TagPrefix, StringComparison.Ordinal)
            ? scalar.Tag.Value[TagPrefix.Length..]
            : "";
        return tag switch
        {
            "null" or "bool" or "int" or "float" => Tagged(scalar, tag),
            "binary" => JsonValue.Create(FromBase64(scalar)),
            _ => JsonValue.Create(scalar.Value),
        };
    }

    private static JsonValue? Resolve(Scalar scalar)
    {
        string text = scalar.Value;
        if (IsNull(text))
        {
            return null;
        }

        if (Boolean(text) is { } boolean)
        {
            return JsonValue.Create(boolean);
        }

        return Number(scalar) ?? JsonValue.Create(text);
    }

    private static JsonValue? Tagged(Scalar scalar, string tag)
    {
        JsonValue? value = tag switch
        {
            "bool" => Boolean(scalar.Value) is { } boolean ? JsonValue.Create(boolean) : null,
            "int" or "float" => Number(scalar),
            _ => null,
        };
        if (value is null && !(tag == "null" && IsNull(scalar.Value)))
        {
            throw YamlText.MalformedAt(scalar.Start.Line, scalar.Start.Column, $"the value is not a !!{tag}");
        }

        return value;
    }

    private static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    private static bool? Boolean(string text) => text switch
    {
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => true,
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => false,
        _ => null,
    };

    private static JsonValue? Number(Scalar scalar)
    {
        string text = scalar.Value;
        if (text is ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF"
            or ".nan" or ".NaN" or ".NAN")
        {
            throw YamlText.MalformedAt(
                scalar.Start.Line, scalar.Start.Column, "infinity and not-a-number have no JSON form");
        }

        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.'))
        {
            return null;
        }

        string digits = text.Replace("_", "", StringComparison.Ordinal);
        return Integer(digits) ?? Float(digits);
    }

    // Go's ParseInt with base 0: 0x, 0o, 0b, and a bare leading 0 for octal.
    private static JsonValue? Integer(string digits)
    {
        bool negative = digits[0] == '-';
        ReadOnlySpan<char> body = digits[0] is '-' or '+' ? digits.AsSpan(1) : digits;
        (int radix, int prefix) = body switch
        {
            ['0', 'x' or 'X', _, ..] => (16, 2),
            ['0', 'o' or 'O', _, ..] => (8, 2),
            ['0', 'b' or 'B', _, ..] => (2, 2),
            ['0', _, ..] => (8, 1),
            _ => (10, 0),
        };
        if (Magnitude(body[prefix..], (uint)radix) is not { } magnitude)
        {
            return null;
        }

        if (!negative)
        {
            return magnitude <= long.MaxValue ? JsonValue.Create((long)magnitude) : JsonValue.Create(magnitude);
        }

        return magnitude <= (ulong)long.MaxValue + 1 ? JsonValue.Create(unchecked(-(long)magnitude)) : null;
    }

    private static ulong? Magnitude(ReadOnlySpan<char> digits, uint radix)
    {
        if (digits.IsEmpty)
        {
            return null;
        }

        UInt128 value = 0;
        foreach (char c in digits)
        {
            int digit = HexDigits.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal);
            if (digit < 0 || digit >= radix)
            {
                return null;
            }

            value = (value * radix) + (uint)digit;
            if (value > ulong.MaxValue)
            {
                return null;
            }
        }

        return (ulong)value;
    }

    // Digits, a point, digits, an exponent: what YAML 1.1 calls a float, without the forms only Go would accept.
    private static JsonValue? Float(string digits)
    {
        foreach (char c in digits)
        {
            if (!char.IsAsciiDigit(c) && c is not ('+' or '-' or '.' or 'e' or 'E'))
            {
                return null;
            }
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
            | NumberStyles.AllowExponent;
        return double.TryParse(digits, Styles, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? JsonValue.Create(value)
            : null;
    }

    private static string FromBase64(Scalar scalar)
    {
        byte[] buffer = new byte[scalar.Value.Length];
        return Convert.TryFromBase64String(scalar.Value, buffer, out int length)
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw YamlText.MalformedAt(scalar.Start.Line, scalar.Start.Column, "the value is not base64");
    }
}
