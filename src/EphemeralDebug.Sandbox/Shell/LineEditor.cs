using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Shell;

internal enum LineInputKind
{
    Line,
    Interrupted,
    End,
}

/// <summary>What the user gave at a prompt.</summary>
internal readonly record struct LineInput(LineInputKind Kind, string Text);

/// <summary>Edits a line at a terminal, with history and completion, in the way of BusyBox' editor.</summary>
internal sealed class LineEditor(SimulatedProcess process, PseudoTerminal terminal, ShellCompletion completion, bool asksForCursor)
{
    private const int DefaultColumns = 80;

    private readonly List<string> _history = [];
    private readonly KeyReader _keys = new(process, terminal);
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _output = new();
    private string _prompt = "";
    private string _unfinished = "";
    private int _cursor;
    private int _historyIndex;

    /// <summary>Prints the prompt and reads a line.</summary>
    public async Task<LineInput> ReadLineAsync(string prompt)
    {
        terminal.Settings = TerminalSettings.LineEditing;
        _prompt = prompt;
        _line.Clear();
        _cursor = 0;
        _historyIndex = _history.Count;
        _output.Append(prompt);
        await FlushAsync();
        if (asksForCursor && !terminal.HasInput)
        {
            // The answer tells BusyBox where the prompt ended; here it is only swallowed.
            _output.Append("\u001b[6n");
            await FlushAsync();
        }

        try
        {
            return await EditAsync();
        }
        finally
        {
            terminal.Settings = TerminalSettings.Default;
        }
    }

    private async Task<LineInput> EditAsync()
    {
        while (true)
        {
            Key key = await _keys.ReadAsync();
            LineInput? result = key.Special == SpecialKey.None ? HandleCharacter(key) : HandleSpecial(key.Special);
            if (result is { Kind: LineInputKind.Line, Text.Length: > 0 } line && line.Text != _history.LastOrDefault())
            {
                _history.Add(line.Text);
            }

            await FlushAsync();
            if (result is not null)
            {
                return result.Value;
            }
        }
    }

    private LineInput? HandleCharacter(Key key)
    {
        switch (key.Character)
        {
            case '\r' or '\n':
                MoveTo(_line.Length);
                _output.Append('\n');
                return new LineInput(LineInputKind.Line, _line.ToString());
            case '\u0003':
                _output.Append("^C\n");
                return new LineInput(LineInputKind.Interrupted, "");
            case '\u0004' when _line.Length == 0:
                return new LineInput(LineInputKind.End, "");
            case '\u0004':
                Erase(_cursor, _cursor + 1);
                break;
            case '\u0001':
                MoveTo(0);
                break;
            case '\u0005':
                MoveTo(_line.Length);
                break;
            case '\u0002':
                MoveTo(_cursor - 1);
                break;
            case '\u0006':
                MoveTo(_cursor + 1);
                break;
            case '\b' or '\u007f':
                Erase(_cursor - 1, _cursor);
                break;
            case '\u000b':
                Erase(_cursor, _line.Length);
                break;
            case '\u0015':
                Erase(0, _cursor);
                break;
            case '\u0017':
                Erase(StartOfWord(), _cursor);
                break;
            case '\u000c':
                _output.Append("\u001b[H");
                Redraw();
                break;
            case '\u0010':
                ShowHistory(_historyIndex - 1);
                break;
            case '\u000e':
                ShowHistory(_historyIndex + 1);
                break;
            case '\t':
                Complete();
                break;
            default:
                if (key.Text.Length > 1 || key.Character >= ' ')
                {
                    Insert(key.Text);
                }

                break;
        }

        return null;
    }

    private LineInput? HandleSpecial(SpecialKey key)
    {
        switch (key)
        {
            case SpecialKey.End:
                return new LineInput(LineInputKind.End, "");
            case SpecialKey.Interrupted:
                process.TakePendingSignal();
                break;
            case SpecialKey.Resized:
                int row = (_prompt.Length + _cursor) / Columns;
                if (row > 0)
                {
                    _output.Append(CultureInfo.InvariantCulture, $"\u001b[{row}A");
                }

                Redraw();
                break;
            case SpecialKey.Up:
                ShowHistory(_historyIndex - 1);
                break;
            case SpecialKey.Down:
                ShowHistory(_historyIndex + 1);
                break;
            case SpecialKey.Left:
                MoveTo(_cursor - 1);
                break;
            case SpecialKey.Right:
                MoveTo(_cursor + 1);
                break;
            case SpecialKey.Home:
                MoveTo(0);
                break;
            case SpecialKey.LineEnd:
                MoveTo(_line.Length);
                break;
            case SpecialKey.Delete:
                Erase(_cursor, _cursor + 1);
                break;
        }

        return null;
    }

    private int Columns => terminal.Size.Columns > 0 ? terminal.Size.Columns : DefaultColumns;

    private void Insert(string text)
    {
        _line.Insert(_cursor, text);
        _cursor += text.Length;
        PrintFrom(_cursor - text.Length);
    }

    private void Erase(int from, int to)
    {
        from = Math.Clamp(from, 0, _line.Length);
        to = Math.Clamp(to, from, _line.Length);
        if (from == to)
        {
            return;
        }

        MoveTo(from);
        _line.Remove(from, to - from);
        PrintFrom(from);
    }

    /// <summary>Prints the line from a place where the terminal's cursor stands, and goes back to the cursor.</summary>
    private void PrintFrom(int index)
    {
        string rest = _line.ToString(index, _line.Length - index);
        _output.Append(rest);
        int end = _prompt.Length + _line.Length;
        if (rest.Length > 0 && end % Columns == 0)
        {
            // Makes the terminal go to the next row now and not with the next character.
            _output.Append(" \b");
        }

        if (_cursor < _line.Length || rest.Length == 0)
        {
            _output.Append("\u001b[J");
        }

        MoveTerminalTo(end, _prompt.Length + _cursor);
    }

    private void Redraw()
    {
        _output.Append('\r').Append(_prompt).Append(_line).Append("\u001b[J");
        MoveTerminalTo(_prompt.Length + _line.Length, _prompt.Length + _cursor);
    }

    private void MoveTo(int index)
    {
        index = Math.Clamp(index, 0, _line.Length);
        MoveTerminalTo(_prompt.Length + _cursor, _prompt.Length + index);
        _cursor = index;
    }

    private void MoveTerminalTo(int from, int to)
    {
        int rows = (to / Columns) - (from / Columns);
        if (rows != 0)
        {
            _output.Append(CultureInfo.InvariantCulture, $"\u001b[{Math.Abs(rows)}{(rows < 0 ? 'A' : 'B')}");
        }

        int columns = (to % Columns) - (from % Columns);
        if (columns != 0)
        {
            _output.Append(CultureInfo.InvariantCulture, $"\u001b[{Math.Abs(columns)}{(columns < 0 ? 'D' : 'C')}");
        }
    }

    private int StartOfWord()
    {
        int start = _cursor;
        while (start > 0 && _line[start - 1] == ' ')
        {
            start--;
        }

        while (start > 0 && _line[start - 1] != ' ')
        {
            start--;
        }

        return start;
    }

    private void ShowHistory(int index)
    {
        if (index < 0 || index > _history.Count)
        {
            return;
        }

        if (_historyIndex == _history.Count)
        {
            _unfinished = _line.ToString();
        }

        _historyIndex = index;
        MoveTo(0);
        _line.Clear().Append(index == _history.Count ? _unfinished : _history[index]);
        _cursor = _line.Length;
        PrintFrom(0);
        _output.Append("\u001b[J");
    }

    private void Complete()
    {
        (string word, IReadOnlyList<string> candidates) = completion.Complete(_line.ToString(0, _cursor));
        if (candidates.Count == 0)
        {
            _output.Append('\a');
            return;
        }

        string common = candidates[0];
        foreach (string candidate in candidates)
        {
            common = common[..common.AsSpan().CommonPrefixLength(candidate)];
        }

        if (common.Length > word.Length)
        {
            Insert(common[word.Length..]);
        }
        else if (candidates.Count > 1)
        {
            MoveTerminalTo(_prompt.Length + _cursor, _prompt.Length + _line.Length);
            _output.Append('\n').Append(ColumnList.Format([.. candidates.Select(Shorten)], Columns));
            Redraw();
        }
    }

    private static string Shorten(string candidate)
    {
        string name = candidate.TrimEnd(' ');
        int slash = name.TrimEnd('/').LastIndexOf('/');
        return name[(slash + 1)..];
    }

    private async Task FlushAsync()
    {
        if (_output.Length > 0)
        {
            string text = _output.ToString();
            _output.Clear();
            await process.WriteErrorAsync(text);
        }
    }
}
