namespace EphemeralDebug.Sandbox.Shell.Syntax;

/// <summary>Parses scripts (POSIX, Shell Command Language, 2.10).</summary>
internal sealed class ShellParser
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while",
    };

    private readonly ShellLexer _lexer;
    private Token _current;
    private int _previousEnd;

    public ShellParser(string source, int position = 0)
    {
        _lexer = new ShellLexer(source, position);
        _current = _lexer.Next();
    }

    /// <summary>Parses the whole source.</summary>
    /// <exception cref="ShellSyntaxException">It is not a script.</exception>
    /// <exception cref="IncompleteScriptException">It ends too early.</exception>
    public CommandList ParseAll()
    {
        CommandList list = ParseList();
        return _current.Kind == TokenKind.End ? list : throw Unexpected();
    }

    /// <summary>Parses the inside of <c>$(…)</c>.</summary>
    public CommandList ParseUntilParenthesis(out int end)
    {
        CommandList list = ParseList();
        if (!IsOperator(")"))
        {
            throw Unexpected();
        }

        end = _current.End;
        return list;
    }

    private CommandList ParseList()
    {
        var items = new List<ListItem>();
        SkipNewlines();
        while (StartsCommand())
        {
            int start = _current.Start;
            AndOrList commands = ParseAndOr();
            string text = _lexer.Source[start.._previousEnd];
            bool background = IsOperator("&");
            items.Add(new ListItem(commands, background, text));
            if (!background && !IsOperator(";") && _current.Kind != TokenKind.Newline)
            {
                break;
            }

            Advance();
            SkipNewlines();
        }

        return new CommandList(items);
    }

    private AndOrList ParseAndOr()
    {
        Pipeline first = ParsePipeline();
        var rest = new List<(bool, Pipeline)>();
        while (IsOperator("&&") || IsOperator("||"))
        {
            bool ifSuccessful = _current.Text == "&&";
            Advance();
            SkipNewlines();
            rest.Add((ifSuccessful, ParsePipeline()));
        }

        return new AndOrList(first, rest);
    }

    private Pipeline ParsePipeline()
    {
        bool negated = IsReserved("!");
        if (negated)
        {
            Advance();
        }

        var commands = new List<Command> { ParseCommand() };
        while (IsOperator("|"))
        {
            Advance();
            SkipNewlines();
            commands.Add(ParseCommand());
        }

        return new Pipeline(negated, commands);
    }

    private Command ParseCommand()
    {
        Command? compound = ParseCompound();
        if (compound is null)
        {
            return ParseSimple();
        }

        var redirections = new List<Redirection>();
        while (ParseRedirection() is { } redirection)
        {
            redirections.Add(redirection);
        }

        return redirections.Count == 0 ? compound : compound with { Redirections = redirections };
    }

    private Command? ParseCompound()
    {
        if (IsOperator("("))
        {
            Advance();
            CommandList body = ParseList();
            ExpectOperator(")");
            return new SubshellCommand(body);
        }

        switch (_current.Kind == TokenKind.Word ? _current.Word!.PlainText : null)
        {
            case "{":
                Advance();
                CommandList body = ParseList();
                Expect("}");
                return new GroupCommand(body);
            case "if":
                return ParseIf();
            case "while" or "until":
                bool until = _current.Text == "until";
                Advance();
                CommandList condition = ParseList();
                return new LoopCommand(until, condition, ParseDo());
            case "for":
                return ParseFor();
            case "case":
                return ParseCase();
            case { } word when Reserved.Contains(word):
                throw Unexpected();
            default:
                return null;
        }
    }

    private IfCommand ParseIf()
    {
        var branches = new List<(CommandList, CommandList)>();
        do
        {
            Advance();
            CommandList condition = ParseList();
            Expect("then");
            branches.Add((condition, ParseList()));
        }
        while (IsReserved("elif"));

        CommandList? otherwise = null;
        if (IsReserved("else"))
        {
            Advance();
            otherwise = ParseList();
        }

        Expect("fi");
        return new IfCommand(branches, otherwise);
    }

    private CommandList ParseDo()
    {
        Expect("do");
        CommandList body = ParseList();
        Expect("done");
        return body;
    }

    private ForCommand ParseFor()
    {
        Advance();
        string name = _current.Word?.PlainText ?? throw Unexpected();
        Advance();
        SkipNewlines();
        List<Word>? words = null;
        if (IsReserved("in"))
        {
            words = [];
            Advance();
            while (_current.Kind == TokenKind.Word)
            {
                words.Add(_current.Word!);
                Advance();
            }
        }

        if (IsOperator(";"))
        {
            Advance();
        }

        SkipNewlines();
        return new ForCommand(name, words, ParseDo());
    }

    private CaseCommand ParseCase()
    {
        Advance();
        Word subject = _current.Word ?? throw Unexpected();
        Advance();
        SkipNewlines();
        Expect("in");
        SkipNewlines();
        var items = new List<(IReadOnlyList<Word>, CommandList)>();
        while (!IsReserved("esac"))
        {
            items.Add(ParseCaseItem());
            SkipNewlines();
        }

        Advance();
        return new CaseCommand(subject, items);
    }

    private (IReadOnlyList<Word> Patterns, CommandList Body) ParseCaseItem()
    {
        if (IsOperator("("))
        {
            Advance();
        }

        var patterns = new List<Word> { _current.Word ?? throw Unexpected() };
        Advance();
        while (IsOperator("|"))
        {
            Advance();
            patterns.Add(_current.Word ?? throw Unexpected());
            Advance();
        }

        ExpectOperator(")");
        CommandList body = ParseList();
        if (IsOperator(";;"))
        {
            Advance();
        }
        else if (!IsReserved("esac"))
        {
            throw Unexpected();
        }

        return (patterns, body);
    }

    private Command ParseSimple()
    {
        var assignments = new List<Assignment>();
        var words = new List<Word>();
        var redirections = new List<Redirection>();
        while (true)
        {
            if (ParseRedirection() is { } redirection)
            {
                redirections.Add(redirection);
            }
            else if (_current.Kind == TokenKind.Word)
            {
                Word word = _current.Word!;
                Advance();
                if (words.Count == 0 && ToAssignment(word) is { } assignment)
                {
                    assignments.Add(assignment);
                }
                else
                {
                    words.Add(word);
                }
            }
            else if (IsOperator("(") && words is [{ PlainText: { } name }] && assignments.Count == 0 && redirections.Count == 0)
            {
                return ParseFunction(name);
            }
            else
            {
                break;
            }
        }

        return words.Count + assignments.Count + redirections.Count == 0
            ? throw Unexpected()
            : new SimpleCommand(assignments, words) { Redirections = redirections };
    }

    private FunctionCommand ParseFunction(string name)
    {
        Advance();
        ExpectOperator(")");
        SkipNewlines();
        return new FunctionCommand(name, ParseCommand());
    }

    private Redirection? ParseRedirection()
    {
        if (_current.Kind != TokenKind.Operator || _current.Text[0] is not ('<' or '>'))
        {
            return null;
        }

        Token token = _current;
        Advance();
        Word target = _current.Word ?? throw Unexpected();
        bool isHereDocument = token.Text is "<<" or "<<-";
        Func<Word>? content = isHereDocument ? _lexer.AnnounceHereDocument(target, token.Text == "<<-") : null;
        Advance();
        RedirectionKind kind = token.Text switch
        {
            "<" => RedirectionKind.Input,
            ">" or ">|" => RedirectionKind.Output,
            ">>" => RedirectionKind.Append,
            "<>" => RedirectionKind.ReadWrite,
            "<&" => RedirectionKind.DuplicateInput,
            ">&" => RedirectionKind.DuplicateOutput,
            _ => RedirectionKind.HereDocument,
        };
        int descriptor = token.Descriptor ?? (token.Text[0] == '<' ? 0 : 1);
        return new Redirection(descriptor, kind, content is null ? target : new Word([new HereDocumentPart(content)]));
    }

    private static Assignment? ToAssignment(Word word)
    {
        if (word.Parts is not [LiteralPart { Quoted: false } first, ..])
        {
            return null;
        }

        int equals = first.Text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || !ShellVariables.IsName(first.Text.AsSpan(0, equals)))
        {
            return null;
        }

        string rest = first.Text[(equals + 1)..];
        IEnumerable<WordPart> parts = word.Parts.Skip(1);
        return new Assignment(first.Text[..equals], new Word([.. rest.Length > 0 ? parts.Prepend(first with { Text = rest }) : parts]));
    }

    private bool StartsCommand() => _current.Kind switch
    {
        TokenKind.Word => !Reserved.Contains(_current.Word!.PlainText ?? "")
            || _current.Word.PlainText is "!" or "{" or "if" or "while" or "until" or "for" or "case",
        TokenKind.Operator => _current.Text is "(" || _current.Text[0] is '<' or '>',
        _ => false,
    };

    private bool IsOperator(string text) => _current.Kind == TokenKind.Operator && _current.Text == text;

    private bool IsReserved(string text) => _current.Kind == TokenKind.Word && _current.Word!.PlainText == text;

    private void Expect(string reserved)
    {
        if (!IsReserved(reserved))
        {
            throw Unexpected();
        }

        Advance();
    }

    private void ExpectOperator(string text)
    {
        if (!IsOperator(text))
        {
            throw Unexpected();
        }

        Advance();
    }

    private void SkipNewlines()
    {
        while (_current.Kind == TokenKind.Newline)
        {
            Advance();
        }
    }

    private void Advance()
    {
        _previousEnd = _current.End;
        _current = _lexer.Next();
    }

    private Exception Unexpected() => _current.Kind == TokenKind.End
        ? new IncompleteScriptException("syntax error: unexpected end of file")
        : new ShellSyntaxException($"syntax error: unexpected {(_current.Kind == TokenKind.Word ? "word " : "")}{(_current.Kind == TokenKind.Newline ? "newline" : $"\"{_current.Text}\"")}");
}
