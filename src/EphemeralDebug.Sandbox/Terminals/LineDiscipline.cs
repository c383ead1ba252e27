using System.Text;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Terminals;

/// <summary>What the line discipline makes of input.</summary>
internal interface ILineDisciplineTarget
{
    /// <summary>Input that a reader may have now: a line, or, when not canonical, any bytes. Empty means end of file.</summary>
    void Deliver(ReadOnlySpan<byte> input);

    /// <summary>What the user sees of it.</summary>
    void Echo(ReadOnlySpan<byte> output);

    /// <summary>A signal for the foreground process group.</summary>
    void Interrupt(Signal signal);
}

/// <summary>
/// The kernel's part of a terminal (N_TTY): edits lines, echoes, and turns keys into signals.
/// </summary>
internal sealed class LineDiscipline(ILineDisciplineTarget target)
{
    private const byte ControlC = 3;
    private const byte ControlD = 4;
    private const byte Backspace = 8;
    private const byte ControlR = 18;
    private const byte ControlU = 21;
    private const byte ControlV = 22;
    private const byte ControlW = 23;
    private const byte ControlBackslash = 28;
    private const byte Delete = 127;
    private const int LongestLine = 4095;

    private readonly List<byte> _line = [];
    private TerminalSettings _settings = TerminalSettings.Default;
    private bool _quoteNext;

    public TerminalSettings Settings
    {
        get => _settings;
        set
        {
            bool leavesCanonical = _settings.Canonical && !value.Canonical;
            _settings = value;
            if (leavesCanonical)
            {
                // What was typed ahead belongs to whoever asked for single keys.
                DeliverLine();
            }
        }
    }

    /// <summary>Takes what was typed.</summary>
    public void Input(ReadOnlySpan<byte> typed)
    {
        foreach (byte key in typed)
        {
            Input(key);
        }
    }

    private void Input(byte key)
    {
        if (_quoteNext)
        {
            _quoteNext = false;
            Append(key);
            return;
        }

        if (Settings.Signals && ToSignal(key) is { } signal)
        {
            _line.Clear();
            EchoKey(key);
            target.Interrupt(signal);
            return;
        }

        byte mapped = Settings.MapReturn && key == '\r' ? (byte)'\n' : key;
        if (!Settings.Canonical)
        {
            EchoKey(mapped);
            target.Deliver([mapped]);
            return;
        }

        Edit(mapped);
    }

    private static Signal? ToSignal(byte key) => key switch
    {
        ControlC => Signal.Interrupt,
        ControlBackslash => Signal.Quit,
        _ => null,
    };

    private void Edit(byte key)
    {
        switch (key)
        {
            case (byte)'\n':
                _line.Add(key);
                EchoKey(key);
                DeliverLine();
                break;
            case ControlD:
                if (_line.Count == 0)
                {
                    target.Deliver([]);
                }

                DeliverLine();
                break;
            case Delete or Backspace:
                EraseCharacter();
                break;
            case ControlW:
                EraseWord();
                break;
            case ControlU:
                EraseWhile(_ => true);
                break;
            case ControlR:
                EchoKey(key);
                EchoKey((byte)'\n');
                EchoLine();
                break;
            case ControlV:
                _quoteNext = true;
                break;
            default:
                Append(key);
                break;
        }
    }

    private void Append(byte key)
    {
        if (_line.Count < LongestLine)
        {
            _line.Add(key);
            EchoKey(key);
        }
    }

    private void EraseWord()
    {
        EraseWhile(last => !IsWord(last));
        EraseWhile(IsWord);
    }

    private void EraseWhile(Func<byte, bool> condition)
    {
        while (_line.Count > 0 && condition(_line[^1]))
        {
            EraseCharacter();
        }
    }

    private void EraseCharacter()
    {
        if (_line.Count == 0)
        {
            return;
        }

        // A character of UTF-8 is its last byte and the continuation bytes before it.
        int start = _line.Count - 1;
        while (start > 0 && (_line[start] & 0xc0) == 0x80)
        {
            start--;
        }

        int width = IsControl(_line[start]) ? 2 : 1;
        _line.RemoveRange(start, _line.Count - start);
        if (Settings.Echo)
        {
            for (int i = 0; i < width; i++)
            {
                target.Echo("\b \b"u8);
            }
        }
    }

    private void DeliverLine()
    {
        if (_line.Count > 0)
        {
            target.Deliver(_line.ToArray());
            _line.Clear();
        }
    }

    private void EchoLine()
    {
        foreach (byte key in _line)
        {
            EchoKey(key);
        }
    }

    private void EchoKey(byte key)
    {
        if (!Settings.Echo)
        {
            return;
        }

        if (key == '\n')
        {
            target.Echo(Settings.MapNewline ? "\r\n"u8 : "\n"u8);
        }
        else if (IsControl(key))
        {
            target.Echo([(byte)'^', (byte)(key ^ 0x40)]);
        }
        else
        {
            target.Echo([key]);
        }
    }

    private static bool IsControl(byte key) => (key < 32 && key != '\t' && key != '\n') || key == Delete;

    private static bool IsWord(byte key) => key >= 0x80 || Rune.IsLetterOrDigit(new Rune((char)key)) || key == '_';
}
