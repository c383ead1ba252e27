using System.Text;

namespace EphemeralDebug.Sandbox.Shell.Syntax;

/// <summary>Reads one word with its quotes and expansions (POSIX, Shell Command Language, 2.2 and 2.6).</summary>
internal sealed class WordReader(string source, int start)
{
    private const string WordEnds = " \t\r\n|&;<>()";
    private const string SpecialParameters = "?$!#@*-";

    private readonly List<WordPart> _parts = [];
    private readonly StringBuilder _literal = new();
    private int _position = start;

    /// <summary>Reads up to the end of the word.</summary>
    public Word ReadWord(out int end)
    {
        while (_position < source.Length && !WordEnds.Contains(source[_position], StringComparison.Ordinal))
        {
            ReadUnquoted();
        }

        Flush(quoted: false);
        end = _position;
        return new Word(_parts);
    }

    /// <summary>Reads all of the source as if it stood in double quotes, but with quotes meaning themselves.</summary>
    public Word ReadHereDocument()
    {
        while (_position < source.Length)
        {
            ReadInDoubleQuotes(escapable: "$`\\");
        }

        Flush(quoted: true);
        return new Word(_parts);
    }

    private void ReadUnquoted()
    {
        char next = source[_position];
        switch (next)
        {
            case '\\':
                ReadBackslash();
                break;
            case '\'':
                Flush(quoted: false);
                ReadSingleQuotes();
                break;
            case '"':
                Flush(quoted: false);
                ReadDoubleQuotes();
                break;
            case '$' or '`':
                ReadExpansion(quoted: false);
                break;
            default:
                _literal.Append(next);
                _position++;
                break;
        }
    }

    private void ReadBackslash()
    {
        if (_position + 1 >= source.Length)
        {
            throw new IncompleteScriptException("syntax error: unexpected end of file");
        }

        if (source[_position + 1] != '\n')
        {
            Flush(quoted: false);
            _parts.Add(new LiteralPart(source[_position + 1].ToString(), Quoted: true));
        }

        _position += 2;
    }

    private void ReadSingleQuotes()
    {
        int end = source.IndexOf('\'', _position + 1);
        if (end < 0)
        {
            throw new IncompleteScriptException("syntax error: unterminated quoted string");
        }

        _parts.Add(new LiteralPart(source[(_position + 1)..end], Quoted: true));
        _position = end + 1;
    }

    private void ReadDoubleQuotes()
    {
        int before = _parts.Count;
        _position++;
        while (true)
        {
            if (_position >= source.Length)
            {
                throw new IncompleteScriptException("syntax error: unterminated quoted string");
            }

            if (source[_position] == '"')
            {
                break;
            }

            ReadInDoubleQuotes(escapable: "$`\"\\");
        }

        _position++;
        Flush(quoted: true);
        if (_parts.Count == before)
        {
            // Empty quotes still make a word.
            _parts.Add(new LiteralPart("", Quoted: true));
        }
    }

    private void ReadInDoubleQuotes(string escapable)
    {
        char next = source[_position];
        if (next is '$' or '`')
        {
            ReadExpansion(quoted: true);
        }
        else if (next == '\\' && _position + 1 < source.Length && source[_position + 1] == '\n')
        {
            _position += 2;
        }
        else if (next == '\\' && _position + 1 < source.Length && escapable.Contains(source[_position + 1], StringComparison.Ordinal))
        {
            _literal.Append(source[_position + 1]);
            _position += 2;
        }
        else
        {
            _literal.Append(next);
            _position++;
        }
    }

    private void ReadExpansion(bool quoted)
    {
        if (source[_position] == '`')
        {
            Flush(quoted);
            ReadBackquotes(quoted);
            return;
        }

        char next = _position + 1 < source.Length ? source[_position + 1] : '\0';
        if (next == '(' && _position + 2 < source.Length && source[_position + 2] == '(' && TryReadArithmetic(quoted))
        {
            return;
        }

        if (next == '(')
        {
            Flush(quoted);
            _position += 2;
            var parser = new ShellParser(source, _position);
            CommandList commands = parser.ParseUntilParenthesis(out _position);
            _parts.Add(new SubstitutionPart(commands, quoted));
        }
        else if (next == '{')
        {
            Flush(quoted);
            _position += 2;
            ReadBraces(quoted);
        }
        else if (ReadName(_position + 1) is { Length: > 0 } name)
        {
            Flush(quoted);
            _position += 1 + name.Length;
            _parts.Add(new ParameterPart(name, "", null, quoted));
        }
        else
        {
            _literal.Append('$');
            _position++;
        }
    }

    /// <summary>The parameter name at a place: a name, one digit, or a special parameter; empty when there is none.</summary>
    private string ReadName(int from, bool manyDigits = false)
    {
        if (from >= source.Length)
        {
            return "";
        }

        char first = source[from];
        if (SpecialParameters.Contains(first, StringComparison.Ordinal))
        {
            return first.ToString();
        }

        int end = from;
        if (char.IsAsciiDigit(first))
        {
            do
            {
                end++;
            }
            while (manyDigits && end < source.Length && char.IsAsciiDigit(source[end]));
        }
        else
        {
            while (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || source[end] == '_'))
            {
                end++;
            }
        }

        return source[from..end];
    }

    private void ReadBraces(bool quoted)
    {
        bool isLength = Current == '#' && _position + 1 < source.Length && source[_position + 1] is not ('}' or ':' or '-' or '+' or '=' or '?' or '%');
        if (isLength)
        {
            _position++;
        }

        string name = ReadName(_position, manyDigits: true);
        if (name.Length == 0)
        {
            throw new ShellSyntaxException("syntax error: bad substitution");
        }

        _position += name.Length;
        string operatorText = isLength ? "length" : ReadOperator();
        Word? argument = null;
        if (operatorText.Length > 0 && !isLength)
        {
            // Quotes around the whole expansion do not quote the pattern in it (POSIX shell, 2.6.2).
            bool isPattern = operatorText[0] is '#' or '%' or '/';
            var inner = new WordReader(source, _position);
            argument = inner.ReadUntilBrace(quoted && !isPattern, out _position);
        }

        if (Current != '}')
        {
            throw _position >= source.Length
                ? new IncompleteScriptException("syntax error: missing '}'")
                : new ShellSyntaxException("syntax error: bad substitution");
        }

        _position++;
        _parts.Add(new ParameterPart(name, operatorText, argument, quoted));
    }

    private char Current => _position < source.Length ? source[_position] : '\0';

    private string ReadOperator()
    {
        foreach (string candidate in (string[])[":-", ":=", ":?", ":+", "##", "%%", "//", "-", "=", "?", "+", "#", "%", "/", ":"])
        {
            if (string.CompareOrdinal(source, _position, candidate, 0, candidate.Length) == 0)
            {
                _position += candidate.Length;
                return candidate;
            }
        }

        return "";
    }

    private Word ReadUntilBrace(bool quoted, out int end)
    {
        while (_position < source.Length && source[_position] != '}')
        {
            if (quoted && source[_position] is not ('"' or '\''))
            {
                ReadInDoubleQuotes(escapable: "$`\"\\}");
                Flush(quoted: true);
            }
            else
            {
                ReadUnquoted();
            }
        }

        Flush(quoted);
        end = _position;
        return new Word(_parts);
    }

    private void ReadBackquotes(bool quoted)
    {
        var script = new StringBuilder();
        _position++;
        while (Current != '`')
        {
            if (_position >= source.Length)
            {
                throw new IncompleteScriptException("syntax error: EOF in backquote substitution");
            }

            if (Current == '\\' && _position + 1 < source.Length
                && (source[_position + 1] is '$' or '`' or '\\' || (quoted && source[_position + 1] == '"')))
            {
                _position++;
            }

            script.Append(source[_position++]);
        }

        _position++;
        _parts.Add(new SubstitutionPart(new ShellParser(script.ToString()).ParseAll(), quoted));
    }

    private bool TryReadArithmetic(bool quoted)
    {
        int depth = 0;
        for (int i = _position + 3; i < source.Length; i++)
        {
            if (source[i] == '(')
            {
                depth++;
            }
            else if (source[i] == ')' && depth > 0)
            {
                depth--;
            }
            else if (source[i] == ')')
            {
                if (i + 1 >= source.Length || source[i + 1] != ')')
                {
                    return false;
                }

                Flush(quoted);
                Word expression = new WordReader(source[(_position + 3)..i], 0).ReadHereDocument();
                _parts.Add(new ArithmeticPart(expression, quoted));
                _position = i + 2;
                return true;
            }
        }

        throw new IncompleteScriptException("syntax error: missing '))'");
    }

    private void Flush(bool quoted)
    {
        if (_literal.Length > 0)
        {
            _parts.Add(new LiteralPart(_literal.ToString(), quoted));
            _literal.Clear();
        }
    }
}
