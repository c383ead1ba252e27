using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Serialization;

/// <summary>The text is not JSON; the message is the one the API server gives.</summary>
internal sealed class JsonSyntaxException(string message) : Exception(message);

/// <summary>
/// Reads JSON into nodes. The framework's own reader has other messages and cannot tell of a key that comes twice,
/// which the API server warns of.
/// </summary>
internal sealed class JsonReader
{
    private const int DepthLimit = 10_000;

    private readonly string _text;
    private readonly List<string> _duplicates = [];
    private int _position;

    private JsonReader(string text) => _text = text;

    /// <summary>The value, and the paths of keys that came twice (the last one counts).</summary>
    /// <exception cref="JsonSyntaxException">The text is not one JSON value.</exception>
    public static JsonNode? Read(ReadOnlySpan<byte> utf8, out IReadOnlyList<string> duplicates)
    {
        var reader = new JsonReader(Encoding.UTF8.GetString(utf8));
        JsonNode? value = reader.ReadValue("", 0);
        reader.SkipSpace();
        if (reader._position < reader._text.Length)
        {
            throw reader.Invalid("after top-level value");
        }

        duplicates = reader._duplicates;
        return value;
    }

    private JsonNode? ReadValue(string path, int depth)
    {
        if (depth > DepthLimit)
        {
            throw new JsonSyntaxException("exceeded max depth");
        }

        SkipSpace();
        switch (Peek())
        {
            case '{':
                return ReadObject(path, depth);
            case '[':
                return ReadArray(path, depth);
            case '"':
                return JsonValue.Create(ReadString());
            case 't':
                return ReadLiteral("true", JsonValue.Create(true));
            case 'f':
                return ReadLiteral("false", JsonValue.Create(false));
            case 'n':
                return ReadLiteral("null", null);
            case '-' or (>= '0' and <= '9'):
                return ReadNumber();
            default:
                throw Invalid("looking for beginning of value");
        }
    }

    private JsonObject ReadObject(string path, int depth)
    {
        var result = new JsonObject();
        _position++;
        SkipSpace();
        if (Peek() == '}')
        {
            _position++;
            return result;
        }

        while (true)
        {
            SkipSpace();
            if (Peek() != '"')
            {
                throw Invalid("looking for beginning of object key string");
            }

            string name = ReadString();
            string field = path.Length == 0 ? name : $"{path}.{name}";
            if (result.ContainsKey(name))
            {
                _duplicates.Add(field);
            }

            SkipSpace();
            if (Peek() != ':')
            {
                throw Invalid("after object key");
            }

            _position++;
            result[name] = ReadValue(field, depth + 1);
            if (EndOfMember('}', "after object key:value pair"))
            {
                return result;
            }
        }
    }

    private JsonArray ReadArray(string path, int depth)
    {
        var result = new JsonArray();
        _position++;
        SkipSpace();
        if (Peek() == ']')
        {
            _position++;
            return result;
        }

        while (true)
        {
            result.Add(ReadValue($"{path}[{result.Count}]", depth + 1));
            if (EndOfMember(']', "after array element"))
            {
                return result;
            }
        }
    }

    private bool EndOfMember(char end, string context)
    {
        SkipSpace();
        char next = Peek();
        if (next != end && next != ',')
        {
            throw Invalid(context);
        }

        _position++;
        return next == end;
    }

    private JsonNode? ReadLiteral(string literal, JsonNode? value)
    {
        foreach (char expected in literal)
        {
            if (Peek() != expected)
            {
                throw Invalid($"in literal {literal} (expecting '{expected}')");
            }

            _position++;
        }

        return value;
    }

    private JsonValue ReadNumber()
    {
        int start = _position;
        if (Peek() == '-')
        {
            _position++;
        }

        if (AtEnd || Peek() != '0')
        {
            SkipDigits("in numeric literal");
        }
        else
        {
            _position++;
        }

        bool integer = true;
        if (!AtEnd && Peek() == '.')
        {
            integer = false;
            _position++;
            SkipDigits("after decimal point in numeric literal");
        }

        if (!AtEnd && Peek() is 'e' or 'E')
        {
            integer = false;
            _position++;
            if (!AtEnd && Peek() is '+' or '-')
            {
                _position++;
            }

            SkipDigits("in exponent of numeric literal");
        }

        ReadOnlySpan<char> digits = _text.AsSpan(start, _position - start);
        return integer && long.TryParse(digits, CultureInfo.InvariantCulture, out long whole)
            ? JsonValue.Create(whole)
            : JsonValue.Create(double.Parse(digits, CultureInfo.InvariantCulture));
    }

    private void SkipDigits(string context)
    {
        if (!char.IsAsciiDigit(Peek()))
        {
            throw Invalid(context);
        }

        while (!AtEnd && char.IsAsciiDigit(Peek()))
        {
            _position++;
        }
    }

    private string ReadString()
    {
        var text = new StringBuilder();
        _position++;
        while (true)
        {
            char next = Peek();
            if (next < ' ')
            {
                throw Invalid("in string literal");
            }

            _position++;
            if (next == '"')
            {
                return text.ToString();
            }

            text.Append(next == '\\' ? ReadEscape() : next);
        }
    }

    private char ReadEscape()
    {
        char escaped = Peek() switch
        {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => 'u',
            _ => throw Invalid("in string escape code"),
        };
        _position++;
        return escaped == 'u' ? ReadUnicodeEscape() : escaped;
    }

    private char ReadUnicodeEscape()
    {
        int code = 0;
        for (int digit = 0; digit < 4; digit++)
        {
            if (!char.IsAsciiHexDigit(Peek()))
            {
                throw Invalid("in \\u hexadecimal character escape");
            }

            code = (code << 4) + Convert.ToInt32(_text[_position].ToString(), 16);
            _position++;
        }

        return (char)code;
    }

    private bool AtEnd => _position >= _text.Length;

    private char Peek() => AtEnd ? throw new JsonSyntaxException("unexpected end of JSON input") : _text[_position];

    private void SkipSpace()
    {
        while (!AtEnd && _text[_position] is ' ' or '\t' or '\r' or '\n')
        {
            _position++;
        }
    }

    private JsonSyntaxException Invalid(string context)
    {
        string character = Peek() switch
        {
            '\'' => @"'\''",
            '"' => "'\"'",
            char other => $"'{GoFormat.Quote(other.ToString())[1..^1]}'",
        };
        return new JsonSyntaxException($"invalid character {character} {context}");
    }
}
