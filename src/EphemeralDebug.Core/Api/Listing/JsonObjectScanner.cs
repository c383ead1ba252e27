using System.Buffers;

namespace EphemeralDebug.Api.Listing;

/// <summary>
/// Goes through the members of a JSON object of which only the beginning may be here. It looks at strings and brackets
/// alone, which is several times as fast as reading every token; what is read of an object in earnest is validated then.
/// </summary>
/// <remarks>Members throw <see cref="InvalidDataException"/> where no JSON can be.</remarks>
internal ref struct JsonObjectScanner(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> s_endOfScalar = SearchValues.Create(",]} \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _position = 1;

    /// <summary>The object has come to its end: <see cref="Length"/> is its length.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The bytes that have been passed over.</summary>
    public readonly int Length => _position;

    /// <summary>Goes on to the next member's value; false at the end of the object, or of what is here of it.</summary>
    public bool TryReadName(out ReadOnlySpan<byte> name)
    {
        name = default;
        SkipSpace();
        if (_position < _json.Length && _json[_position] == ',')
        {
            _position++;
            SkipSpace();
        }

        if (_position >= _json.Length)
        {
            return false;
        }

        if (_json[_position] == '}')
        {
            _position++;
            IsComplete = true;
            return false;
        }

        return TryReadText(out name) && TryPassColon();
    }

    /// <summary>Reads a string, without what escapes stand for; false when it is not here whole.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_position >= _json.Length)
        {
            return false;
        }

        if (_json[_position] != '"')
        {
            throw new InvalidDataException("A string is missing.");
        }

        int start = _position + 1;
        if (!TrySkipString())
        {
            return false;
        }

        text = _json[start..(_position - 1)];
        return true;
    }

    /// <summary>The value's first byte; false when it is not here.</summary>
    public readonly bool TryPeek(out byte first)
    {
        first = _position < _json.Length ? _json[_position] : default;
        return _position < _json.Length;
    }

    /// <summary>Whether the value is a list with something in it; false when it is not here far enough to say.</summary>
    public readonly bool TryFindElement(out bool hasElement)
    {
        ReadOnlySpan<byte> value = _json[_position..];
        int second = value.Length > 1 ? value[1..].IndexOfAnyExcept(" \t\r\n"u8) : -1;
        hasElement = second >= 0 && value[0] == '[' && value[second + 1] != ']';
        return second >= 0;
    }

    /// <summary>The object that is the value, to be gone through by itself.</summary>
    public readonly JsonObjectScanner Enter() => new(_json[_position..]);

    /// <summary>Passes over the value that was gone through by itself.</summary>
    public void Leave(JsonObjectScanner entered) => _position += entered._position;

    /// <summary>Passes over the value; false when it is not here whole.</summary>
    public bool TrySkipValue()
    {
        if (_position >= _json.Length)
        {
            return false;
        }

        switch (_json[_position])
        {
            case (byte)'"':
                return TrySkipString();
            case (byte)'{' or (byte)'[':
                return TrySkipNested();
            default:
                int length = _json[_position..].IndexOfAny(s_endOfScalar);
                _position += Math.Max(length, 0);
                return length >= 0;
        }
    }

    private bool TrySkipNested()
    {
        // Nearly all of a long list passes through here.
        ReadOnlySpan<byte> bytes = _json;
        int depth = 0;
        for (int position = _position; (uint)position < (uint)bytes.Length; position++)
        {
            switch (bytes[position])
            {
                case (byte)'"':
                    position = EndOfString(bytes, position);
                    if (position < 0)
                    {
                        return false;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    if (--depth == 0)
                    {
                        _position = position + 1;
                        return true;
                    }

                    break;
            }
        }

        return false;
    }

    private bool TrySkipString()
    {
        int end = EndOfString(_json, _position);
        _position = end < 0 ? _position : end + 1;
        return end >= 0;
    }

    /// <summary>The position of the quotation mark that ends the string which begins at another; -1 when it is not here.</summary>
    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        int position = start + 1;

        // Most strings are too short for a vector to pay off.
        for (int near = Math.Min(json.Length, position + 16); position < near; position++)
        {
            switch (json[position])
            {
                case (byte)'"':
                    return position;
                case (byte)'\\':
                    position++;
                    break;
            }
        }

        while ((uint)position < (uint)json.Length)
        {
            int length = json[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0)
            {
                return -1;
            }

            position += length;
            if (json[position] == '"')
            {
                return position;
            }

            position += 2;
        }

        return -1;
    }

    private bool TryPassColon()
    {
        SkipSpace();
        if (_position >= _json.Length)
        {
            return false;
        }

        if (_json[_position++] != ':')
        {
            throw new InvalidDataException("A member has no value.");
        }

        SkipSpace();
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _json.Length && _json[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _position++;
        }
    }
}
