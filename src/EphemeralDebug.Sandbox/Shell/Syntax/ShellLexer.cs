using System.Globalization;
using System.Text;

namespace EphemeralDebug.Sandbox.Shell.Syntax;

internal enum TokenKind
{
    Word,
    Operator,
    Newline,
    End,
}

/// <summary>A token; the descriptor is the number directly before a redirection operator, or null.</summary>
internal sealed record Token(TokenKind Kind, string Text, Word? Word, int? Descriptor, int Start, int End);

/// <summary>Cuts a script into tokens (POSIX, Shell Command Language, 2.3).</summary>
internal sealed class ShellLexer(string source, int position = 0)
{
    private static readonly string[] Operators =
        ["<<-", "&&", "||", ";;", "<<", ">>", "<&", ">&", "<>", ">|", "&", "|", ";", "<", ">", "(", ")"];

    private readonly List<PendingHereDocument> _hereDocuments = [];
    private int _position = position;

    public string Source => source;

    public int Position => _position;

    /// <summary>The next token. Here-documents that were announced are read at the end of their line.</summary>
    public Token Next()
    {
        SkipBlanks();
        int start = _position;
        if (_position >= source.Length)
        {
            return _hereDocuments.Count > 0
                ? throw new IncompleteScriptException("syntax error: unexpected end of file")
                : new Token(TokenKind.End, "", null, null, start, start);
        }

        if (source[_position] == '\n')
        {
            _position++;
            ReadHereDocuments();
            return new Token(TokenKind.Newline, "newline", null, null, start, start + 1);
        }

        int? descriptor = ReadDescriptor();
        string? operatorText = Array.Find(Operators, text => string.CompareOrdinal(source, _position, text, 0, text.Length) == 0);
        if (operatorText is not null)
        {
            _position += operatorText.Length;
            return new Token(TokenKind.Operator, operatorText, null, descriptor, start, _position);
        }

        Word word = new WordReader(source, start).ReadWord(out _position);
        return new Token(TokenKind.Word, source[start.._position], word, null, start, _position);
    }

    /// <summary>The content of a here-document, whose text follows at the next line.</summary>
    public Func<Word> AnnounceHereDocument(Word delimiter, bool stripTabs)
    {
        var text = new StringBuilder();
        foreach (WordPart part in delimiter.Parts)
        {
            text.Append(part is LiteralPart literal ? literal.Text : throw new ShellSyntaxException("syntax error: bad here-document delimiter"));
        }

        var pending = new PendingHereDocument(text.ToString(), stripTabs, delimiter.Parts.Any(part => part.Quoted));
        _hereDocuments.Add(pending);
        return () => pending.Content ?? throw new IncompleteScriptException("syntax error: unexpected end of file");
    }

    private void SkipBlanks()
    {
        while (_position < source.Length)
        {
            char next = source[_position];
            if (next is ' ' or '\t' or '\r')
            {
                _position++;
            }
            else if (next == '\\' && _position + 1 < source.Length && source[_position + 1] == '\n')
            {
                _position += 2;
            }
            else if (next == '#')
            {
                int end = source.IndexOf('\n', _position);
                _position = end < 0 ? source.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private int? ReadDescriptor()
    {
        int end = _position;
        while (end < source.Length && char.IsAsciiDigit(source[end]))
        {
            end++;
        }

        if (end == _position || end - _position > 3 || end >= source.Length || source[end] is not ('<' or '>'))
        {
            return null;
        }

        int descriptor = int.Parse(source.AsSpan(_position, end - _position), CultureInfo.InvariantCulture);
        _position = end;
        return descriptor;
    }

    private void ReadHereDocuments()
    {
        foreach (PendingHereDocument pending in _hereDocuments)
        {
            var content = new StringBuilder();
            while (true)
            {
                if (_position >= source.Length)
                {
                    throw new IncompleteScriptException("syntax error: unexpected end of file");
                }

                int end = source.IndexOf('\n', _position);
                string line = source[_position..(end < 0 ? source.Length : end)];
                _position = end < 0 ? source.Length : end + 1;
                line = pending.StripTabs ? line.TrimStart('\t') : line;
                if (line == pending.Delimiter)
                {
                    break;
                }

                content.Append(line).Append('\n');
            }

            pending.Content = pending.Literal
                ? new Word([new LiteralPart(content.ToString(), Quoted: true)])
                : new WordReader(content.ToString(), 0).ReadHereDocument();
        }

        _hereDocuments.Clear();
    }

    private sealed class PendingHereDocument(string delimiter, bool stripTabs, bool literal)
    {
        public string Delimiter { get; } = delimiter;

        public bool StripTabs { get; } = stripTabs;

        public bool Literal { get; } = literal;

        public Word? Content { get; set; }
    }
}
