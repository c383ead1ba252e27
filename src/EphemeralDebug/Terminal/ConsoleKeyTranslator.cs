using System.Globalization;
using System.Text;
using EphemeralDebug.Terminal.Native;

namespace EphemeralDebug.Terminal;

/// <summary>
/// Turns the key events of a Windows console into the bytes that a terminal would send for them, in UTF-8.
/// </summary>
/// <remarks>
/// With virtual terminal input the console has already made characters of all keys, one event each, with virtual key
/// 0 for those of a sequence. Other consoles leave arrows and function keys as keys, and Alt as a modifier; these are
/// spelled out here as xterm does in its normal mode.
/// </remarks>
internal sealed class ConsoleKeyTranslator
{
    private const ushort KeySpace = 0x20;
    private const ushort KeyBackspace = 0x08;
    private const ushort KeyTab = 0x09;
    private const ushort KeyMenu = 0x12;
    private const ushort KeyEscape = 0x1b;
    private const ushort Key2 = 0x32;

    private const uint RightAlt = 0x0001;
    private const uint LeftAlt = 0x0002;
    private const uint RightControl = 0x0004;
    private const uint LeftControl = 0x0008;
    private const uint Shift = 0x0010;

    private const char Backspace = '\b';
    private const char Delete = '\x7f';

    private readonly StringBuilder _text = new();
    private char _highSurrogate;

    /// <summary>The bytes for one event; empty for a released key, a modifier, or the first half of a character.</summary>
    public byte[] Translate(KeyEvent key)
    {
        _text.Clear();
        int repeats = Math.Max((ushort)1, key.RepeatCount);
        if (key.IsDown != 0)
        {
            for (int index = 0; index < repeats; index++)
            {
                AppendPressed(key);
            }
        }
        else if (key.VirtualKey == KeyMenu && key.Character != 0)
        {
            // A character composed on the numeric keypad while Alt was down comes with Alt's release.
            AppendCharacter((char)key.Character);
        }

        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    private void AppendPressed(KeyEvent key)
    {
        bool alt = IsAlt(key.ControlKeyState);
        if (key.Character != 0)
        {
            AppendCharacterKey(key, alt);
        }
        else if (IsNull(key))
        {
            _text.Append(alt ? "\x1b\0" : "\0");
        }
        else if (key.VirtualKey == KeyEscape)
        {
            // Windows gives it its character; Wine gives none.
            _text.Append('\x1b');
        }
        else
        {
            AppendSpecialKey(key.VirtualKey, Modifiers(key.ControlKeyState, alt));
        }
    }

    private void AppendCharacterKey(KeyEvent key, bool alt)
    {
        if (key.VirtualKey == KeyTab && (key.ControlKeyState & Shift) != 0)
        {
            _text.Append("\x1b[Z");
            return;
        }

        // Alt is spelled out already where the character comes from no key of its own.
        if (alt && key.VirtualKey != 0)
        {
            _text.Append('\x1b');
        }

        // A console swaps these two compared to a terminal.
        AppendCharacter((key.VirtualKey, key.Character) switch
        {
            (KeyBackspace, Backspace) => Delete,
            (KeyBackspace, Delete) => Backspace,
            _ => (char)key.Character,
        });
    }

    /// <summary>Joins the halves of a character outside the basic plane; a half on its own becomes U+FFFD.</summary>
    private void AppendCharacter(char unit)
    {
        if (char.IsLowSurrogate(unit) && _highSurrogate != 0)
        {
            _text.Append(_highSurrogate).Append(unit);
            _highSurrogate = '\0';
            return;
        }

        if (_highSurrogate != 0)
        {
            _text.Append('\ufffd');
        }

        _highSurrogate = char.IsHighSurrogate(unit) ? unit : '\0';
        if (_highSurrogate == 0)
        {
            _text.Append(unit);
        }
    }

    /// <summary>Ctrl+Space and Ctrl+2, which is Ctrl+@, send NUL; virtual terminal input delivers it as an event without anything.</summary>
    private static bool IsNull(KeyEvent key) =>
        key is { VirtualKey: 0, ScanCode: 0 }
        || (key.VirtualKey is KeySpace or Key2 && (key.ControlKeyState & (LeftControl | RightControl)) != 0);

    /// <summary>AltGr, which is right Alt with left Ctrl, makes characters and is no Alt.</summary>
    private static bool IsAlt(uint state) =>
        (state & (LeftAlt | RightAlt)) != 0 && (state & (RightAlt | LeftControl)) != (RightAlt | LeftControl);

    /// <summary>xterm's parameter for modifiers: 1, plus 1 for Shift, 2 for Alt, 4 for Ctrl.</summary>
    private static int Modifiers(uint state, bool alt) =>
        1 + ((state & Shift) != 0 ? 1 : 0) + (alt ? 2 : 0) + ((state & (LeftControl | RightControl)) != 0 ? 4 : 0);

    private void AppendSpecialKey(ushort virtualKey, int modifiers)
    {
        if (Letter(virtualKey) is char letter)
        {
            // Function keys 1 to 4 are P to S, and come with SS3 when no modifier needs a parameter.
            string unmodified = letter >= 'P' ? "\x1bO" : "\x1b[";
            _text.Append(modifiers == 1 ? unmodified : string.Create(CultureInfo.InvariantCulture, $"\x1b[1;{modifiers}")).Append(letter);
        }
        else if (Number(virtualKey) is int number)
        {
            string parameter = modifiers == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $";{modifiers}");
            _text.Append(CultureInfo.InvariantCulture, $"\x1b[{number}{parameter}~");
        }
    }

    /// <summary>Keys that end in a letter of their own, by virtual key code.</summary>
    private static char? Letter(ushort virtualKey) => virtualKey switch
    {
        0x26 => 'A', // Up
        0x28 => 'B', // Down
        0x27 => 'C', // Right
        0x25 => 'D', // Left
        0x23 => 'F', // End
        0x24 => 'H', // Home
        >= 0x70 and <= 0x73 => (char)('P' + virtualKey - 0x70), // F1 to F4
        _ => null,
    };

    /// <summary>Keys that are told apart by a number, by virtual key code.</summary>
    private static int? Number(ushort virtualKey) => virtualKey switch
    {
        0x2d => 2, // Insert
        0x2e => 3, // Delete
        0x21 => 5, // Page up
        0x22 => 6, // Page down
        0x74 => 15, // F5
        >= 0x75 and <= 0x79 => virtualKey - 0x75 + 17, // F6 to F10
        >= 0x7a and <= 0x7b => virtualKey - 0x7a + 23, // F11 and F12
        _ => null,
    };
}
