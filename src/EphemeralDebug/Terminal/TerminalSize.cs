using System.Runtime.InteropServices;

namespace EphemeralDebug.Terminal;

/// <summary>The size of a terminal's window in character cells.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>False when the terminal does not know its size: a serial line or a fresh pseudo-terminal reports 0.</summary>
    public bool IsKnown => Columns > 0 && Rows > 0;
}
