using System.Runtime.Versioning;
using EphemeralDebug.Terminal.Native;

namespace EphemeralDebug.Terminal;

/// <summary>The modes of a Windows console's input and output.</summary>
/// <remarks>
/// Code pages stay as they are: they matter to the ANSI functions and to ReadFile and WriteFile, and here everything
/// is read and written as UTF-16.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsTerminalModes : TerminalModes
{
    private readonly nint _input;
    private readonly nint _output;
    private readonly uint _savedInput;
    private readonly uint _savedOutput;

    public WindowsTerminalModes(nint input, nint output)
    {
        _input = input;
        _output = output;
        if (!Kernel32.GetConsoleMode(input, out _savedInput) || !Kernel32.GetConsoleMode(output, out _savedOutput))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }
    }

    public override void MakeRaw()
    {
        // Without processed input, Ctrl+C is a key like any other. Ctrl+Break stays a signal, as Windows has it.
        const uint Cooked = Kernel32.EnableProcessedInput | Kernel32.EnableLineInput | Kernel32.EnableEchoInput;
        uint rawInput = _savedInput & ~Cooked;

        // A console that knows no virtual terminal input delivers keys, which ConsoleKeyTranslator spells out itself.
        if (!Kernel32.SetConsoleMode(_input, rawInput | Kernel32.EnableVirtualTerminalInput)
            && !Kernel32.SetConsoleMode(_input, rawInput))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }

        // Windows 10 before version 1607 does not know DisableNewlineAutoReturn, and only lacks the fine point that a
        // line feed alone keeps the column.
        const uint Drawing = Kernel32.EnableProcessedOutput | Kernel32.EnableWrapAtEolOutput | Kernel32.EnableVirtualTerminalProcessing;
        if (!Kernel32.SetConsoleMode(_output, _savedOutput | Drawing | Kernel32.DisableNewlineAutoReturn)
            && !Kernel32.SetConsoleMode(_output, _savedOutput | Drawing))
        {
            Restore();
            throw new TerminalUnavailableException(TerminalUnavailableReason.NoVirtualTerminal);
        }
    }

    public override void Restore()
    {
        _ = Kernel32.SetConsoleMode(_input, _savedInput);
        _ = Kernel32.SetConsoleMode(_output, _savedOutput);
    }
}
