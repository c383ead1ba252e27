namespace EphemeralDebug.Terminal;

/// <summary>The modes a terminal had when this was made, and the way to raw mode and back to exactly them.</summary>
internal abstract class TerminalModes
{
    /// <summary>Whether changing modes would stop this process, because the shell has put it in the background.</summary>
    public virtual bool IsBackground => false;

    /// <summary>Makes the terminal raw; may be called again when something else has changed the modes.</summary>
    /// <exception cref="TerminalUnavailableException">The terminal has gone or cannot be raw.</exception>
    public abstract void MakeRaw();

    /// <summary>Puts the captured modes back. A terminal that has gone is no error.</summary>
    public abstract void Restore();
}
