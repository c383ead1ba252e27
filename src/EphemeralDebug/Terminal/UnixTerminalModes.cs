using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EphemeralDebug.Terminal.Native;

namespace EphemeralDebug.Terminal;

/// <summary>The termios of a terminal: saved whole, made raw as cfmakeraw does, written back whole.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixTerminalModes : TerminalModes
{
    private readonly int _descriptor;
    private readonly TermiosBuffer _saved;
    private readonly TermiosBuffer _raw;

    public UnixTerminalModes(int descriptor)
    {
        _descriptor = descriptor;
        if (LibC.TcGetAttr(descriptor, out _saved) < 0)
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }

        _raw = _saved;
        LibC.CfMakeRaw(ref _raw);
    }

    public override bool IsBackground => LibC.TcGetPgrp(_descriptor) is int foreground and > 0 && foreground != LibC.GetPgrp();

    public override void MakeRaw()
    {
        if (!Apply(_raw))
        {
            throw new TerminalUnavailableException(TerminalUnavailableReason.HungUp);
        }
    }

    public override void Restore() => Apply(_saved);

    private bool Apply(TermiosBuffer modes)
    {
        int result;
        do
        {
            result = LibC.TcSetAttr(_descriptor, LibC.TcsaNow, modes);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == LibC.Eintr);
        return result == 0;
    }
}
