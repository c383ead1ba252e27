using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Shell.Syntax;

namespace EphemeralDebug.Sandbox.Shell;

/// <summary>Turns words into what commands get (POSIX 2.6): parameters, substitution, splitting, path names.</summary>
internal sealed class WordExpander(ShellInterpreter shell)
{
    private const string DefaultSeparators = " \t\n";

    /// <summary>The words' fields, split and with path names.</summary>
    public async Task<List<string>> ExpandAsync(IReadOnlyList<Word> words)
    {
        var result = new List<string>();
        foreach (Word word in words)
        {
            var fields = new FieldList(Separators);
            await AddWordAsync(fields, word, splits: true);
            foreach (Field field in fields.Complete())
            {
                AddPaths(result, field);
            }
        }

        return result;
    }

    /// <summary>The word as one text: for assignments, redirections, <c>case</c>.</summary>
    public async Task<string> ExpandToTextAsync(Word word)
    {
        var fields = new FieldList(Separators);
        await AddWordAsync(fields, word, splits: false);
        return string.Join(' ', fields.Complete().Select(field => field.Text));
    }

    /// <summary>The word as a pattern in which quoted characters are ordinary.</summary>
    public async Task<string> ExpandToPatternAsync(Word word)
    {
        var fields = new FieldList(Separators);
        await AddWordAsync(fields, word, splits: false);
        return string.Join(' ', fields.Complete().Select(field => field.Pattern));
    }

    private string Separators => shell.Variables["IFS"] ?? DefaultSeparators;

    private void AddPaths(List<string> result, Field field)
    {
        if (!shell.Options.Contains('f') && Glob.HasMagic(field.Pattern) && Glob.Expand(shell.Process, field.Pattern) is { Count: > 0 } paths)
        {
            result.AddRange(paths);
        }
        else
        {
            result.Add(field.Text);
        }
    }

    private async Task AddWordAsync(FieldList fields, Word word, bool splits)
    {
        for (int i = 0; i < word.Parts.Count; i++)
        {
            WordPart part = word.Parts[i];
            if (i == 0 && part is LiteralPart { Quoted: false } literal && literal.Text.StartsWith('~'))
            {
                part = ExpandTilde(fields, literal);
            }

            await AddPartAsync(fields, part, splits);
        }
    }

    private LiteralPart ExpandTilde(FieldList fields, LiteralPart literal)
    {
        bool isHome = literal.Text.Length == 1 || literal.Text[1] == '/';
        if (!isHome || shell.Variables["HOME"] is not { } home)
        {
            return literal;
        }

        fields.AddQuoted(home);
        return literal with { Text = literal.Text[1..] };
    }

    private async Task AddPartAsync(FieldList fields, WordPart part, bool splits)
    {
        switch (part)
        {
            case LiteralPart literal when literal.Quoted:
                fields.AddQuoted(literal.Text);
                break;
            case LiteralPart literal:
                fields.AddLiteral(literal.Text);
                break;
            case ParameterPart parameter:
                await AddParameterAsync(fields, parameter, splits);
                break;
            case SubstitutionPart substitution:
                AddValue(fields, await shell.SubstituteAsync(substitution.Commands), part.Quoted, splits);
                break;
            case ArithmeticPart arithmetic:
                long number = Arithmetic.Evaluate(await ExpandToTextAsync(arithmetic.Expression), shell.Variables);
                AddValue(fields, number.ToString(CultureInfo.InvariantCulture), part.Quoted, splits);
                break;
            case HereDocumentPart document:
                await AddWordAsync(fields, document.Content(), splits: false);
                break;
        }
    }

    private static void AddValue(FieldList fields, string value, bool quoted, bool splits)
    {
        if (quoted)
        {
            fields.AddQuoted(value);
        }
        else if (splits)
        {
            fields.AddSplit(value);
        }
        else
        {
            fields.AddLiteral(value);
        }
    }

    private async Task AddParameterAsync(FieldList fields, ParameterPart part, bool splits)
    {
        if (part.Name is "@" or "*" && part.Operator.Length == 0)
        {
            AddPositionals(fields, part, splits);
            return;
        }

        string? value = shell.GetParameter(part.Name);
        bool isMissing = value is null || (value.Length == 0 && part.Operator is [':', ..]);
        switch (part.Operator.TrimStart(':'))
        {
            case "":
                if (value is null && shell.Options.Contains('u'))
                {
                    throw new ShellErrorException($"{part.Name}: parameter not set");
                }

                AddValue(fields, part.Operator == ":" ? await SliceAsync(value ?? "", part.Argument!) : value ?? "", part.Quoted, splits);
                break;
            case "-" when isMissing:
                await AddWordAsync(fields, part.Argument!, splits);
                break;
            case "=" when isMissing:
                string assigned = await ExpandToTextAsync(part.Argument!);
                shell.Variables.Set(part.Name, assigned);
                AddValue(fields, assigned, part.Quoted, splits);
                break;
            case "?" when isMissing:
                string message = await ExpandToTextAsync(part.Argument!);
                throw new ShellErrorException($"{part.Name}: {(message.Length > 0 ? message : "parameter not set")}");
            case "+":
                if (!isMissing)
                {
                    await AddWordAsync(fields, part.Argument!, splits);
                }

                break;
            case "length":
                AddValue(fields, (value ?? "").Length.ToString(CultureInfo.InvariantCulture), part.Quoted, splits);
                break;
            default:
                AddValue(fields, await EditAsync(part, value ?? ""), part.Quoted, splits);
                break;
        }
    }

    /// <summary><c>${x#pattern}</c>, <c>${x%pattern}</c>, <c>${x/pattern/text}</c>; other operators leave the value.</summary>
    private async Task<string> EditAsync(ParameterPart part, string value)
    {
        if (part.Operator is "/" or "//")
        {
            return await ReplaceAsync(value, part.Argument!, everywhere: part.Operator == "//");
        }

        if (part.Operator is not ("#" or "##" or "%" or "%%"))
        {
            return value;
        }

        string pattern = await ExpandToPatternAsync(part.Argument!);
        IEnumerable<int> lengths = Enumerable.Range(0, value.Length + 1);
        foreach (int length in part.Operator.Length == 2 ? lengths.Reverse() : lengths)
        {
            bool atStart = part.Operator[0] == '#';
            if (Glob.IsMatch(atStart ? value.AsSpan(0, length) : value.AsSpan(value.Length - length), pattern))
            {
                return atStart ? value[length..] : value[..^length];
            }
        }

        return value;
    }

    private async Task<string> ReplaceAsync(string value, Word argument, bool everywhere)
    {
        string pattern = await ExpandToPatternAsync(argument);
        int slash = pattern.IndexOf('/', StringComparison.Ordinal);
        string replacement = slash < 0 ? "" : pattern[(slash + 1)..].Replace("\\", "", StringComparison.Ordinal);
        pattern = slash < 0 ? pattern : pattern[..slash];
        var result = new StringBuilder();
        int position = 0;
        while (position < value.Length)
        {
            int length = Enumerable.Range(1, value.Length - position).Reverse()
                .FirstOrDefault(count => Glob.IsMatch(value.AsSpan(position, count), pattern));
            result.Append(length > 0 ? replacement : value[position].ToString());
            position += Math.Max(length, 1);
            if (length > 0 && !everywhere)
            {
                break;
            }
        }

        return result.Append(value.AsSpan(Math.Min(position, value.Length))).ToString();
    }

    private async Task<string> SliceAsync(string value, Word argument)
    {
        string[] parts = (await ExpandToTextAsync(argument)).Split(':', 2);
        long offset = Arithmetic.Evaluate(parts[0], shell.Variables);
        int start = (int)Math.Clamp(offset < 0 ? value.Length + offset : offset, 0, value.Length);
        long length = parts.Length > 1 ? Arithmetic.Evaluate(parts[1], shell.Variables) : value.Length;
        int end = (int)Math.Clamp(length < 0 ? value.Length + length : start + length, start, value.Length);
        return value[start..end];
    }

    private void AddPositionals(FieldList fields, ParameterPart part, bool splits)
    {
        IReadOnlyList<string> values = shell.Positional;
        if (part.Quoted && part.Name == "*")
        {
            fields.AddQuoted(string.Join(Separators.Length > 0 ? Separators[..1] : "", values));
            return;
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0)
            {
                fields.Break();
            }

            AddValue(fields, values[i], part.Quoted, splits);
        }

        if (values.Count == 0 && part.Quoted)
        {
            fields.AddNothing();
        }
    }
}

/// <summary>One field: its text, and the same as a pattern.</summary>
internal sealed record Field(string Text, string Pattern);

/// <summary>Collects the fields of one word.</summary>
internal sealed class FieldList(string separators)
{
    private readonly List<Field> _fields = [];
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _pattern = new();
    private bool _exists;
    private bool _sawNothing;

    /// <summary>Text from the source, in which patterns count.</summary>
    public void AddLiteral(string text)
    {
        _text.Append(text);
        _pattern.Append(text);
        _exists |= text.Length > 0;
    }

    /// <summary>Quoted text: it makes a field even when it is empty.</summary>
    public void AddQuoted(string text)
    {
        _text.Append(text);
        _pattern.Append(Glob.Escape(text));
        _exists = true;
    }

    /// <summary><c>"$@"</c> without parameters: no field, if nothing else makes one.</summary>
    public void AddNothing() => _sawNothing = true;

    /// <summary>The result of an expansion, split at the separators.</summary>
    public void AddSplit(string value)
    {
        bool afterOther = false;
        foreach (char letter in value)
        {
            if (!separators.Contains(letter, StringComparison.Ordinal))
            {
                _text.Append(letter);
                _pattern.Append(letter);
                _exists = true;
                afterOther = false;
                continue;
            }

            bool isBlank = letter is ' ' or '\t' or '\n';
            if (_exists || (!isBlank && afterOther) || (!isBlank && _fields.Count == 0))
            {
                _exists = true;
                Break();
            }

            afterOther |= !isBlank;
        }
    }

    /// <summary>Ends the current field, if there is one.</summary>
    public void Break()
    {
        if (_exists)
        {
            _fields.Add(new Field(_text.ToString(), _pattern.ToString()));
            _text.Clear();
            _pattern.Clear();
            _exists = false;
        }
    }

    public List<Field> Complete()
    {
        if (_sawNothing && _text.Length == 0)
        {
            _exists = false;
        }

        Break();
        return _fields;
    }
}
