namespace EphemeralDebug.Sandbox.Terminals;

/// <summary>The modes of a terminal that the simulation knows (termios(3)).</summary>
internal sealed record TerminalSettings
{
    /// <summary>ICANON: input comes line by line and can be edited until then.</summary>
    public bool Canonical { get; init; } = true;

    /// <summary>ECHO: input is shown.</summary>
    public bool Echo { get; init; } = true;

    /// <summary>ISIG: Ctrl+C and Ctrl+\ send signals.</summary>
    public bool Signals { get; init; } = true;

    /// <summary>ICRNL: the Enter key's CR arrives as LF.</summary>
    public bool MapReturn { get; init; } = true;

    /// <summary>OPOST and ONLCR: LF is shown as CR LF.</summary>
    public bool MapNewline { get; init; } = true;

    public static TerminalSettings Default { get; } = new();

    /// <summary>Every key arrives as it is, as editors want it; output is still mapped.</summary>
    public static TerminalSettings KeyByKey { get; } = new() { Canonical = false, Echo = false, Signals = false, MapReturn = false };

    /// <summary>
    /// As BusyBox' line editor wants it. ICRNL stays on: what is typed ahead for a command, before the shell has given
    /// the terminal back, then has the line ends that the command's reads wait for.
    /// </summary>
    public static TerminalSettings LineEditing { get; } = KeyByKey with { MapReturn = true };
}

/// <summary>The size of a terminal in characters; 0 by 0 until somebody sets it.</summary>
internal readonly record struct WindowSize(int Columns, int Rows);
