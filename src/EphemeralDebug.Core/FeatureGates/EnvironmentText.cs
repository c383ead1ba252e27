namespace EphemeralDebug.FeatureGates;

/// <summary>A character of a value and where it is written: an escaped one takes more than its own place.</summary>
internal readonly record struct PlacedCharacter(char Value, int Start, int End);

/// <summary>An assignment of an environment file.</summary>
/// <param name="Name">The variable.</param>
/// <param name="NameStart">Where it begins.</param>
/// <param name="Value">The value, character by character.</param>
/// <param name="ValueStart">Where the first character would be put.</param>
/// <param name="IsQuoted">A part of the value is in quotes.</param>
internal sealed record EnvironmentAssignment(
    string Name, int NameStart, IReadOnlyList<PlacedCharacter> Value, int ValueStart, bool IsQuoted)
{
    public string Text => string.Concat(Value.Select(character => character.Value));
}

/// <summary>
/// Reads an environment file as systemd does (EnvironmentFile= in systemd.exec): assignments, one a line, values in quotes
/// or not, lines that a backslash continues, comments after <c>#</c> and <c>;</c>.
/// </summary>
internal sealed class EnvironmentText
{
    private readonly string _text;
    private readonly List<PlacedCharacter> _value = [];
    private int _at;
    private int _valueStart;
    private bool _isQuoted;

    private EnvironmentText(string text) => _text = text;

    /// <summary>All assignments, in the order of the file.</summary>
    /// <exception cref="FormatException">A line is no assignment; the message says which.</exception>
    public static IReadOnlyList<EnvironmentAssignment> Read(string text)
    {
        var reader = new EnvironmentText(text);
        var assignments = new List<EnvironmentAssignment>();
        while (reader.SkipToName())
        {
            assignments.Add(reader.ReadAssignment());
        }

        return assignments;
    }

    /// <summary>Goes to the next line that is no comment; false at the end.</summary>
    private bool SkipToName()
    {
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
            else if (_text[_at] is '#' or ';')
            {
                SkipComment();
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private void SkipComment()
    {
        int end = TextLines.End(_text, _at);
        if (_text[end - 1] == '\\')
        {
            throw TextLines.Error(
                _text, end - 1, "a comment ends with a backslash; some versions of systemd then skip the next line and some do not");
        }

        _at = end;
    }

    private EnvironmentAssignment ReadAssignment()
    {
        int start = _at;
        int end = TextLines.End(_text, start);
        int equals = _text.IndexOf('=', start, end - start);
        string name = equals < 0 ? "" : _text[start..equals].TrimEnd();
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw TextLines.Error(_text, start, "this is no assignment of a variable");
        }

        _at = equals + 1;
        ReadValue();
        return new EnvironmentAssignment(name, start, [.. _value], _valueStart, _isQuoted);
    }

    private void ReadValue()
    {
        _value.Clear();
        _isQuoted = false;
        _valueStart = _at;
        while (_at < _text.Length && _text[_at] is not ('\r' or '\n'))
        {
            switch (_text[_at])
            {
                case '"' or '\'':
                    ReadQuoted(_text[_at]);
                    break;
                case ' ' or '\t':
                    _at++;
                    break;
                default:
                    ReadUnquoted();
                    return;
            }
        }
    }

    private void ReadQuoted(char quote)
    {
        int open = _at++;
        _valueStart = _isQuoted ? _valueStart : _at;
        _isQuoted = true;
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (quote == '"' && _text[_at] == '\\')
            {
                ReadEscape(keepsBackslash: true);
            }
            else
            {
                Take();
            }
        }

        if (_at == _text.Length)
        {
            throw TextLines.Error(_text, open, "this quote is never closed");
        }

        _at++;
    }

    /// <summary>Reads to the end of the line; quotes count as themselves, blanks at the end do not count.</summary>
    private void ReadUnquoted()
    {
        _valueStart = _value.Count > 0 ? _valueStart : _at;
        int kept = _value.Count;
        while (_at < _text.Length && _text[_at] is not ('\r' or '\n'))
        {
            if (_text[_at] == '\\')
            {
                ReadEscape(keepsBackslash: false);
                kept = _value.Count;
            }
            else
            {
                bool isBlank = _text[_at] is ' ' or '\t';
                Take();
                kept = isBlank ? kept : _value.Count;
            }
        }

        _value.RemoveRange(kept, _value.Count - kept);
    }

    private void ReadEscape(bool keepsBackslash)
    {
        if (_at + 1 == _text.Length)
        {
            throw TextLines.Error(_text, _at, "nothing follows this backslash");
        }

        char escaped = _text[_at + 1];
        if (escaped is '\n' or '\r')
        {
            // The line goes on in the next one.
            _at += escaped == '\r' && _at + 2 < _text.Length && _text[_at + 2] == '\n' ? 3 : 2;
        }
        else if (keepsBackslash && escaped is not ('"' or '\\' or '`' or '$'))
        {
            Take();
            Take();
        }
        else
        {
            _value.Add(new PlacedCharacter(escaped, _at, _at + 2));
            _at += 2;
        }
    }

    private void Take()
    {
        _value.Add(new PlacedCharacter(_text[_at], _at, _at + 1));
        _at++;
    }
}
