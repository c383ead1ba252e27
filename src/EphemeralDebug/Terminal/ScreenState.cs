using System.Globalization;
using System.Text;

namespace EphemeralDebug.Terminal;

/// <summary>What a program has switched on in a terminal and not off again, as far as it disturbs who comes next.</summary>
internal sealed class ScreenState
{
    /// <summary>DECNKM, which <c>ESC =</c> and <c>ESC &gt;</c> switch too.</summary>
    public const int ApplicationKeypad = 66;

    /// <summary>Autowrap and the visible cursor: the modes that are on when nobody has changed anything.</summary>
    private static readonly int[] s_onByDefault = [7, 25];

    /// <summary>
    /// Cursor keys (1), reverse video (5), keypad, mouse (9, 1000-1006, 1015, 1016), focus (1004), bracketed paste,
    /// synchronized output, colour scheme and size reports.
    /// </summary>
    private static readonly int[] s_offByDefault =
        [1, 5, 9, ApplicationKeypad, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048];

    private static readonly int[] s_alternateScreens = [47, 1047, 1049];

    private readonly SortedSet<int> _changedModes = [];
    private int _alternateScreen;
    private int _keyboardDepth;
    private int _alternateKeyboardDepth;
    private bool _otherCharacterSet;
    private bool _isAtLineStart = true;

    /// <summary>Whether the cursor of the normal screen stands where a line begins.</summary>
    public bool IsAtLineStart
    {
        get => _isAtLineStart;
        set => _isAtLineStart = _alternateScreen == 0 ? value : _isAtLineStart;
    }

    /// <summary>IRM: text pushes what is right of it.</summary>
    public bool InsertMode { get; set; }

    /// <summary>SGR: colours and other attributes.</summary>
    public bool Rendition { get; set; }

    /// <summary>DECSTBM: only some of the lines scroll.</summary>
    public bool Margins { get; set; }

    /// <summary>DECSCUSR: another shape of the cursor.</summary>
    public bool CursorShape { get; set; }

    /// <summary>XTMODKEYS: keys that send other sequences.</summary>
    public bool ModifiedKeys { get; set; }

    /// <summary>Notes a DEC private mode that was set or reset.</summary>
    public void SetPrivateMode(int mode, bool on)
    {
        if (s_alternateScreens.Contains(mode))
        {
            _alternateScreen = on ? mode : 0;
            _alternateKeyboardDepth = 0;
        }
        else if (s_offByDefault.Contains(mode) ? on : s_onByDefault.Contains(mode) && !on)
        {
            _changedModes.Add(mode);
        }
        else
        {
            _changedModes.Remove(mode);
        }
    }

    /// <summary>Notes that G0 or the shift state changed to, or from, the ordinary character set.</summary>
    public void SetCharacterSet(bool isDefault) => _otherCharacterSet = !isDefault;

    /// <summary>Notes levels pushed to (or, negative, popped from) the keyboard protocol's stack, of which each screen has one.</summary>
    public void PushKeyboard(int levels)
    {
        ref int depth = ref _alternateScreen == 0 ? ref _keyboardDepth : ref _alternateKeyboardDepth;
        depth = Math.Max(0, depth + levels);
    }

    /// <summary>Everything is as the terminal's own reset leaves it.</summary>
    public void Reset()
    {
        _changedModes.Clear();
        _alternateScreen = 0;
        _keyboardDepth = 0;
        _alternateKeyboardDepth = 0;
        _otherCharacterSet = false;
        InsertMode = false;
        Rendition = false;
        Margins = false;
        CursorShape = false;
        ModifiedKeys = false;
    }

    /// <summary>Appends what undoes the state, and resets it.</summary>
    public void AppendUndo(StringBuilder undo)
    {
        AppendUndoOfScreen(undo);
        foreach (int mode in _changedModes)
        {
            AppendPrivateMode(undo, mode, s_onByDefault.Contains(mode));
        }

        undo.Append(_otherCharacterSet ? "\x1b(B\x0f" : "");
        undo.Append(InsertMode ? "\x1b[4l" : "");
        undo.Append(CursorShape ? "\x1b[0 q" : "");
        undo.Append(ModifiedKeys ? "\x1b[>4m" : "");
        undo.Append(Rendition ? "\x1b[0m" : "");
        Reset();
    }

    private void AppendUndoOfScreen(StringBuilder undo)
    {
        if (_alternateScreen != 0)
        {
            // Leaving it puts the cursor back to where it was, wherever the margins' reset has moved it.
            AppendKeyboardPop(undo, _alternateKeyboardDepth);
            undo.Append(Margins ? "\x1b[r" : "");
            AppendPrivateMode(undo, _alternateScreen, on: false);
        }
        else
        {
            undo.Append(Margins ? "\x1b" + "7\x1b[r\x1b" + "8" : "");
        }

        AppendKeyboardPop(undo, _keyboardDepth);
    }

    private static void AppendPrivateMode(StringBuilder undo, int mode, bool on) =>
        undo.Append(CultureInfo.InvariantCulture, $"\x1b[?{mode}{(on ? 'h' : 'l')}");

    private static void AppendKeyboardPop(StringBuilder undo, int levels)
    {
        if (levels > 0)
        {
            undo.Append(CultureInfo.InvariantCulture, $"\x1b[<{levels}u");
        }
    }
}
