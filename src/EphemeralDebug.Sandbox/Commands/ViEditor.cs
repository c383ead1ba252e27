using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>
/// A small vi: arrow keys and h j k l 0 $ G g, insertion by i a o A, deletion by x and dd, and :w :q :wq :q! :x.
/// </summary>
internal sealed class ViEditor(SimulatedProcess process)
{
    private readonly List<StringBuilder> _lines = [];
    private string? _path;
    private string _message = "";
    private string? _command;
    private char _pending;
    private bool _inserting;
    private bool _modified;
    private int _row;
    private int _column;
    private int _top;
    private bool _done;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (process.Files[0].Terminal is not { } terminal)
        {
            return await process.FailAsync("can't run without a terminal");
        }

        await LoadAsync(arguments.Count > 1 ? arguments[1] : null);
        TerminalSettings before = terminal.Settings;
        terminal.Settings = TerminalSettings.KeyByKey;
        process.SetDisposition(Signal.WindowChanged, SignalDisposition.Handle);
        try
        {
            var keys = new KeyReader(process, terminal);
            await process.WriteAsync("\u001b[?1049h");
            while (!_done)
            {
                await process.WriteAsync(Draw(terminal.Size));
                await HandleAsync(await keys.ReadAsync());
            }

            await process.WriteAsync("\u001b[?1049l");
        }
        finally
        {
            terminal.Settings = before;
        }

        return 0;
    }

    private async Task LoadAsync(string? path)
    {
        _path = path;
        if (path is not null && FileSystem.Find(process, path) is not null)
        {
            OpenFile file = FileSystem.Open(process, path, OpenMode.Read);
            string text = ByteText.Decode(await file.ReadToEndAsync(process.Killed));
            file.Release();
            _lines.AddRange((text.EndsWith('\n') ? text[..^1] : text).Split('\n').Select(line => new StringBuilder(line)));
            _message = string.Create(CultureInfo.InvariantCulture, $"'{path}' {_lines.Count} lines");
        }
        else
        {
            _lines.Add(new StringBuilder());
            _message = path is null ? "" : $"'{path}' [New file]";
        }
    }

    private async Task HandleAsync(Key key)
    {
        if (key.Special == SpecialKey.End)
        {
            _done = true;
        }
        else if (_command is not null)
        {
            await HandleCommandKeyAsync(key);
        }
        else if (_inserting)
        {
            HandleInsertion(key);
        }
        else
        {
            HandleMotion(key);
        }

        _row = Math.Clamp(_row, 0, _lines.Count - 1);
        _column = Math.Clamp(_column, 0, Math.Max(0, _lines[_row].Length - (_inserting ? 0 : 1)));
    }

    private async Task HandleCommandKeyAsync(Key key)
    {
        switch (key.Character)
        {
            case '\r' or '\n':
                string command = _command!;
                _command = null;
                await RunCommandAsync(command);
                break;
            case '\u007f' or '\b':
                _command = _command!.Length > 0 ? _command[..^1] : null;
                break;
            case '\u0003':
                _command = null;
                break;
            default:
                _command = key.Special == SpecialKey.Escape ? null : _command + key.Text;
                break;
        }
    }

    private async Task RunCommandAsync(string command)
    {
        bool writes = command is "w" or "wq" or "x" || command.StartsWith("w ", StringComparison.Ordinal);
        if (writes)
        {
            _path = command.StartsWith("w ", StringComparison.Ordinal) ? command[2..].Trim() : _path;
            if (!await SaveAsync())
            {
                return;
            }
        }

        switch (command)
        {
            case "q" when _modified:
                _message = "No write since last change (:q! overrides)";
                break;
            case "q" or "q!" or "wq" or "x":
                _done = true;
                break;
            default:
                _message = writes ? _message : $"'{command}' is not implemented";
                break;
        }
    }

    private async Task<bool> SaveAsync()
    {
        if (_path is null)
        {
            _message = "No current filename";
            return false;
        }

        try
        {
            byte[] content = ByteText.Encode(string.Concat(_lines.Select(line => line.ToString() + "\n")));
            OpenFile file = FileSystem.Open(process, _path, OpenMode.Write | OpenMode.Truncate);
            await file.WriteAsync(content, process.Killed);
            file.Release();
            _modified = false;
            _message = string.Create(CultureInfo.InvariantCulture, $"'{_path}' {_lines.Count}L, {content.Length}C");
            return true;
        }
        catch (SystemCallException exception)
        {
            _message = $"'{_path}' {exception.Message}";
            return false;
        }
    }

    private void HandleInsertion(Key key)
    {
        StringBuilder line = _lines[_row];
        if (key.Special == SpecialKey.Escape || key.Character == '\u0003')
        {
            _inserting = false;
            _column--;
        }
        else if (key.Special != SpecialKey.None)
        {
            Move(key.Special);
        }
        else if (key.Character is '\r' or '\n')
        {
            _lines.Insert(_row + 1, new StringBuilder(line.ToString(_column, line.Length - _column)));
            line.Length = _column;
            _row++;
            _column = 0;
            _modified = true;
        }
        else if (key.Character is '\u007f' or '\b')
        {
            EraseBefore(line);
        }
        else if (key.Text.Length > 1 || key.Character >= ' ' || key.Character == '\t')
        {
            line.Insert(_column, key.Text);
            _column += key.Text.Length;
            _modified = true;
        }
    }

    private void EraseBefore(StringBuilder line)
    {
        if (_column > 0)
        {
            line.Remove(--_column, 1);
            _modified = true;
        }
        else if (_row > 0)
        {
            _column = _lines[_row - 1].Length;
            _lines[_row - 1].Append(line);
            _lines.RemoveAt(_row--);
            _modified = true;
        }
    }

    private void HandleMotion(Key key)
    {
        _message = "";
        char pending = _pending;
        _pending = '\0';
        switch (key.Character)
        {
            case 'h' or '\u007f' or '\b':
                Move(SpecialKey.Left);
                break;
            case 'j' or '\r':
                Move(SpecialKey.Down);
                break;
            case 'k':
                Move(SpecialKey.Up);
                break;
            case 'l' or ' ':
                Move(SpecialKey.Right);
                break;
            case '0':
                _column = 0;
                break;
            case '$':
                _column = int.MaxValue;
                break;
            case 'G':
                _row = _lines.Count - 1;
                break;
            case 'g' when pending == 'g':
                _row = 0;
                break;
            case 'd' when pending == 'd':
                DeleteLine();
                break;
            case 'g' or 'd':
                _pending = key.Character;
                break;
            case 'x' when _lines[_row].Length > 0:
                _lines[_row].Remove(_column, 1);
                _modified = true;
                break;
            case ':':
                _command = "";
                break;
            case 'i' or 'a' or 'A' or 'o' or 'O' or 'I':
                StartInsertion(key.Character);
                break;
            default:
                Move(key.Special);
                break;
        }
    }

    private void StartInsertion(char how)
    {
        _inserting = true;
        switch (how)
        {
            case 'a' when _lines[_row].Length > 0:
                _column++;
                break;
            case 'A':
                _column = int.MaxValue;
                break;
            case 'I':
                _column = 0;
                break;
            case 'o' or 'O':
                _row += how == 'o' ? 1 : 0;
                _lines.Insert(_row, new StringBuilder());
                _column = 0;
                _modified = true;
                break;
        }
    }

    private void DeleteLine()
    {
        _lines.RemoveAt(_row);
        if (_lines.Count == 0)
        {
            _lines.Add(new StringBuilder());
        }

        _modified = true;
    }

    private void Move(SpecialKey key)
    {
        _row += key switch { SpecialKey.Up => -1, SpecialKey.Down => 1, SpecialKey.PageUp => -20, SpecialKey.PageDown => 20, _ => 0 };
        _column += key switch { SpecialKey.Left => -1, SpecialKey.Right => 1, _ => 0 };
        _column = key switch { SpecialKey.Home => 0, SpecialKey.LineEnd => int.MaxValue, _ => _column };
    }

    private string Draw(WindowSize size)
    {
        int rows = Math.Max(size.Rows > 0 ? size.Rows : 24, 2);
        int columns = size.Columns > 0 ? size.Columns : 80;
        _top = Math.Clamp(_top, Math.Max(0, _row - rows + 2), _row);
        var screen = new StringBuilder("\u001b[H");
        for (int i = 0; i < rows - 1; i++)
        {
            string line = _top + i < _lines.Count ? _lines[_top + i].ToString() : "~";
            screen.Append(line.Length > columns ? line[..columns] : line).Append("\u001b[K\r\n");
        }

        string status = _command is not null ? ":" + _command
            : _message.Length > 0 ? _message
            : string.Create(CultureInfo.InvariantCulture, $"{(_inserting ? 'I' : '-')} {_path ?? "No file"}{(_modified ? " [modified]" : "")} {_row + 1}/{_lines.Count}");
        screen.Append(status.Length >= columns ? status[..(columns - 1)] : status).Append("\u001b[K");
        if (_command is null)
        {
            screen.Append(CultureInfo.InvariantCulture, $"\u001b[{_row - _top + 1};{Math.Min(_column, columns - 1) + 1}H");
        }

        return screen.ToString();
    }
}
