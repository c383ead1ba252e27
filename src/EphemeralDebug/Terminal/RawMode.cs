using System.Runtime.InteropServices;

namespace EphemeralDebug.Terminal;

/// <summary>
/// A terminal in raw mode. Disposing of it puts back exactly the modes from before, once; so does every end of the
/// process that leaves a chance to: SIGTERM, SIGHUP, SIGINT, SIGQUIT (on Windows: close, shut down, Ctrl+C from
/// outside, Ctrl+Break), exit, an unhandled exception. SIGKILL and a crash of the run-time leave none.
/// </summary>
/// <remarks>
/// The signals' own effects still follow: handlers here never cancel them, and they run before handlers that were
/// there first, such as PowerShell's for Ctrl+C.
/// </remarks>
internal sealed class RawMode : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HostTerminal _terminal;
    private readonly TerminalModes _modes;

    // Never disposed of, for a signal may be on its way for ever; without a timer it holds nothing.
    private readonly CancellationTokenSource _interrupted = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _active;

    public RawMode(HostTerminal terminal, TerminalModes modes)
    {
        _terminal = terminal;
        _modes = modes;
        try
        {
            // Before any mode is changed: the run-time takes the modes it finds at its first signal registration for
            // those to restore at exit and to give to child processes.
            Register();
            _active = true;
            _modes.MakeRaw();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Canceled when SIGINT or SIGQUIT (Ctrl+Break on Windows) asks for the current work to end. Nobody types these
    /// while the terminal is raw; they come from outside, and PowerShell survives them.
    /// </summary>
    public CancellationToken Interrupted => _interrupted.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Unregister();
        Restore();
    }

    private void Register()
    {
        AppDomain.CurrentDomain.ProcessExit += OnProcessEnding;
        AppDomain.CurrentDomain.UnhandledException += OnProcessEnding;
        On(PosixSignal.SIGTERM, _ => Abandon());
        On(PosixSignal.SIGHUP, _ => Abandon());
        On(PosixSignal.SIGINT, _ => Interrupt());
        On(PosixSignal.SIGQUIT, _ => Interrupt());
        if (!OperatingSystem.IsWindows())
        {
            On(PosixSignal.SIGCONT, MakeRawAgain);
            On(PosixSignal.SIGCHLD, MakeRawAgain);
        }
    }

    private void On(PosixSignal signal, Action<PosixSignalContext> handler) =>
        _signals.Add(PosixSignalRegistration.Create(signal, handler));

    private void Unregister()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessEnding;
        AppDomain.CurrentDomain.UnhandledException -= OnProcessEnding;
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void OnProcessEnding(object? sender, EventArgs e) => Abandon();

    private void Interrupt()
    {
        // Not on this thread, whose next duty is the signal's own effect.
        _ = _interrupted.CancelAsync();
        Abandon();
    }

    /// <summary>
    /// Somebody else has set modes meanwhile: the shell that continues this process, or the run-time for a child that
    /// shared the terminal and has ended.
    /// </summary>
    private void MakeRawAgain(PosixSignalContext context)
    {
        lock (_gate)
        {
            if (!_active)
            {
                return;
            }

            // Left to itself the run-time would now set the modes that Console last had. It still reaps the child.
            context.Cancel = true;
            try
            {
                _modes.MakeRaw();
            }
            catch (TerminalUnavailableException)
            {
                // A terminal that is closed continues its processes once more; reading and writing report it.
            }
        }
    }

    private void Abandon()
    {
        // In the background the terminal and its modes belong to the shell, and touching them would stop the process
        // (SIGTTOU) that is about to end.
        if (_active && !_modes.IsBackground)
        {
            _terminal.Abandon();
            Restore();
        }
    }

    private void Restore()
    {
        lock (_gate)
        {
            if (_active)
            {
                _active = false;
                _modes.Restore();
            }
        }
    }
}
