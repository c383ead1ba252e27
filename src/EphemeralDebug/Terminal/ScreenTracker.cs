using System.Globalization;
using System.Text;

namespace EphemeralDebug.Terminal;

/// <summary>
/// Follows the control sequences in a terminal's output, to know what has to be undone when the program that wrote
/// them is cut off: by a lost connection, by detaching from it, or because its container was killed.
/// </summary>
/// <remarks>
/// Sending every reset there is would be simpler and wrong: leaving an alternate screen that was never entered moves
/// the cursor, and so does resetting the margins. The sequences are those of xterm
/// (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html) and, for CSI u, kitty's keyboard protocol.
/// </remarks>
internal sealed class ScreenTracker
{
    private const byte Escape = 0x1b;
    private const byte Cancel = 0x18;
    private const byte Bell = 0x07;
    private const int LongestSequence = 64;

    private readonly ScreenState _state = new();
    private readonly StringBuilder _sequence = new();
    private Position _position;

    private enum Position
    {
        Text,
        AfterEscape,
        ControlSequence,
        CharacterSet,
        String,
        StringAfterEscape,
    }

    /// <summary>Takes note of bytes that were written; sequences may be split anywhere.</summary>
    public void Track(ReadOnlySpan<byte> output)
    {
        foreach (byte value in output)
        {
            _position = _position switch
            {
                Position.AfterEscape => AfterEscape(value),
                Position.ControlSequence => InControlSequence(value),
                Position.CharacterSet => InCharacterSet(value),
                Position.String => InString(value),
                Position.StringAfterEscape => value == '\\' ? Position.Text : AfterEscape(value),
                _ => InText(value),
            };
        }
    }

    /// <summary>What has to be written to undo everything that is on, and forgets it; empty when there is nothing.</summary>
    /// <param name="startLine">Also ends a line that was begun.</param>
    public byte[] Undo(bool startLine)
    {
        var undo = new StringBuilder();
        if (_position != Position.Text)
        {
            undo.Append((char)Cancel);
            _position = Position.Text;
        }

        _state.AppendUndo(undo);
        if (startLine && !_state.IsAtLineStart)
        {
            undo.Append("\r\n");
            _state.IsAtLineStart = true;
        }

        return Encoding.ASCII.GetBytes(undo.ToString());
    }

    private Position InText(byte value)
    {
        const byte ShiftOut = 0x0e;
        const byte ShiftIn = 0x0f;
        switch (value)
        {
            case Escape:
                return Position.AfterEscape;
            case (byte)'\n':
                _state.IsAtLineStart = true;
                break;
            case ShiftOut:
            case ShiftIn:
                _state.SetCharacterSet(isDefault: value == ShiftIn);
                break;
            case >= (byte)' ':
                _state.IsAtLineStart = false;
                break;
        }

        return Position.Text;
    }

    private Position AfterEscape(byte value)
    {
        switch ((char)value)
        {
            case '[':
                _sequence.Clear();
                return Position.ControlSequence;
            case '(':
                return Position.CharacterSet;
            case ']' or 'P' or 'X' or '^' or '_':
                return Position.String;
            case '=' or '>':
                _state.SetPrivateMode(ScreenState.ApplicationKeypad, value == '=');
                break;
            case 'c':
                _state.Reset();
                break;
        }

        return value == Escape ? Position.AfterEscape : Position.Text;
    }

    private Position InCharacterSet(byte value)
    {
        _state.SetCharacterSet(isDefault: value == 'B');
        return Position.Text;
    }

    private static Position InString(byte value) => value switch
    {
        Bell or Cancel => Position.Text,
        Escape => Position.StringAfterEscape,
        _ => Position.String,
    };

    private Position InControlSequence(byte value)
    {
        const byte FirstFinal = 0x40;
        switch (value)
        {
            case Escape:
                return Position.AfterEscape;
            case Cancel:
                return Position.Text;
            case >= FirstFinal:
                if (_sequence.Length < LongestSequence)
                {
                    Apply(_sequence.ToString(), (char)value);
                }

                return Position.Text;
            case >= (byte)' ':
                if (_sequence.Length < LongestSequence)
                {
                    _sequence.Append((char)value);
                }

                break;
        }

        return Position.ControlSequence;
    }

    private void Apply(string sequence, char final)
    {
        char kind = sequence.Length > 0 && sequence[0] is >= '<' and <= '?' ? sequence[0] : ' ';
        string parameters = sequence.Trim('<', '=', '>', '?', ' ', '!');
        switch (kind, final)
        {
            case ('?', 'h' or 'l'):
                foreach (int mode in Numbers(parameters))
                {
                    _state.SetPrivateMode(mode, final == 'h');
                }

                break;
            case (' ', 'h' or 'l') when parameters == "4":
                _state.InsertMode = final == 'h';
                break;
            case (' ', 'm'):
                _state.Rendition = Numbers(parameters).LastOrDefault() != 0;
                break;
            case (' ', 'r'):
                _state.Margins = parameters.Length > 0;
                break;
            case (' ', 'q') when sequence.EndsWith(' '):
                _state.CursorShape = Numbers(parameters).LastOrDefault() != 0;
                break;
            case (' ', 'p') when sequence == "!":
                _state.Reset();
                break;
            case ('>', 'm'):
                _state.ModifiedKeys = parameters.Contains(';', StringComparison.Ordinal);
                break;
            case ('>', 'u'):
                _state.PushKeyboard(1);
                break;
            case ('<', 'u'):
                _state.PushKeyboard(-Math.Max(1, Numbers(parameters).FirstOrDefault()));
                break;
        }
    }

    private static IEnumerable<int> Numbers(string parameters) =>
        parameters.Split(';').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0);
}
