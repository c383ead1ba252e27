namespace EphemeralDebug.Terminal;

/// <summary>Why there is no terminal to bridge to.</summary>
internal enum TerminalUnavailableReason
{
    /// <summary>The process has no terminal at all.</summary>
    NoTerminal,

    /// <summary>Standard input is a file, a pipe or a device that is no terminal.</summary>
    InputRedirected,

    /// <summary>Standard output is a file, a pipe or a device that is no terminal.</summary>
    OutputRedirected,

    /// <summary>The console does not understand virtual terminal sequences (before Windows 10 version 1511, or in legacy mode).</summary>
    NoVirtualTerminal,

    /// <summary>The terminal was closed while it was in use.</summary>
    HungUp,
}

/// <summary>The process has no terminal that can be bridged; <see cref="Reason"/> says why.</summary>
internal sealed class TerminalUnavailableException : IOException
{
    public TerminalUnavailableException(TerminalUnavailableReason reason, Exception? inner = null)
        : base(Describe(reason), inner) => Reason = reason;

    /// <summary>Why there is no terminal.</summary>
    public TerminalUnavailableReason Reason { get; }

    private static string Describe(TerminalUnavailableReason reason) => reason switch
    {
        TerminalUnavailableReason.InputRedirected => "Standard input is redirected and is no terminal.",
        TerminalUnavailableReason.OutputRedirected => "Standard output is redirected and is no terminal.",
        TerminalUnavailableReason.NoVirtualTerminal => "The console does not support virtual terminal sequences.",
        TerminalUnavailableReason.HungUp => "The terminal was closed.",
        _ => "The process has no terminal.",
    };
}
