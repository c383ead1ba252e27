using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Terminals;

/// <summary>
/// A pseudo-terminal (pty(7)): programs read and write the one side through <see cref="TerminalFile"/>, the user's
/// terminal has the other.
/// </summary>
internal sealed class PseudoTerminal : ILineDisciplineTarget
{
    private const int MostTypedAhead = 65536;

    private readonly Lock _gate = new();
    private readonly LineDiscipline _discipline;
    private readonly Queue<byte[]> _input = new();
    private readonly Pipe _output = new();
    private int _readFromFirst;
    private int _waiting;
    private bool _hungUp;
    private TaskCompletionSource? _changed;
    private ProcessNamespace? _namespace;

    public PseudoTerminal()
    {
        _discipline = new LineDiscipline(this);
    }

    public WindowSize Size { get; private set; }

    /// <summary>The process group that Ctrl+C is for.</summary>
    public int ForegroundGroup { get; set; }

    public TerminalSettings Settings
    {
        get
        {
            lock (_gate)
            {
                return _discipline.Settings;
            }
        }

        set
        {
            lock (_gate)
            {
                bool switches = _discipline.Settings.Canonical != value.Canonical;
                _discipline.Settings = value;
                if (switches)
                {
                    HandOverInput(toLines: value.Canonical);
                }
            }
        }
    }

    /// <summary>Whether input waits to be read.</summary>
    public bool HasInput
    {
        get
        {
            lock (_gate)
            {
                return _input.Count > 0;
            }
        }
    }

    /// <summary>Makes this the controlling terminal of a session.</summary>
    public void Attach(SimulatedProcess leader)
    {
        lock (_gate)
        {
            _namespace = leader.Namespace;
            ForegroundGroup = leader.GroupId;
        }
    }

    /// <summary>Sets the size and tells the foreground processes.</summary>
    public void Resize(WindowSize size)
    {
        if (size != Size)
        {
            Size = size;
            ((ILineDisciplineTarget)this).Interrupt(Signal.WindowChanged);
        }
    }

    /// <summary>What the user types. Waits while nobody reads what was typed before.</summary>
    public async ValueTask TypeAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_waiting < MostTypedAhead || _hungUp)
                {
                    _discipline.Input(typed.Span);
                    return;
                }

                wait = NextChange();
            }

            await wait.WaitAsync(cancellation);
        }
    }

    /// <summary>What the user sees; 0 at the end of the session.</summary>
    public ValueTask<int> ReadScreenAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        _output.ReadAsync(buffer, cancellation);

    /// <summary>Nobody looks any more: what is printed goes nowhere.</summary>
    public void Abandon() => _output.CloseReader();

    /// <summary>The session is over: its processes are told, readers see the end, and so does the user.</summary>
    public void HangUp()
    {
        lock (_gate)
        {
            _hungUp = true;
            Pulse();
        }

        _output.CloseWriter();
        ((ILineDisciplineTarget)this).Interrupt(Signal.Hangup);
    }

    /// <summary>A program reads; 0 for Ctrl+D.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_input.Count > 0)
                {
                    return Take(buffer.Span);
                }

                if (_hungUp)
                {
                    return 0;
                }

                wait = NextChange();
            }

            await wait.WaitAsync(cancellation);
        }
    }

    /// <summary>A program prints.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        try
        {
            await _output.WriteAsync(Settings.MapNewline ? MapNewlines(data) : data, cancellation);
        }
        catch (BrokenPipeException)
        {
            // Nobody looks.
        }
    }

    void ILineDisciplineTarget.Deliver(ReadOnlySpan<byte> input)
    {
        _input.Enqueue(input.ToArray());
        _waiting += input.Length;
        Pulse();
    }

    void ILineDisciplineTarget.Echo(ReadOnlySpan<byte> output) => _output.WriteWhatFits(output);

    void ILineDisciplineTarget.Interrupt(Signal signal)
    {
        if (signal is Signal.Interrupt or Signal.Quit)
        {
            _input.Clear();
            _readFromFirst = 0;
            _waiting = 0;
        }

        foreach (SimulatedProcess process in _namespace?.FindGroup(ForegroundGroup) ?? [])
        {
            process.Deliver(signal);
        }
    }

    /// <summary>
    /// Input keeps its bytes when the mode changes, as in Linux' n_tty_set_termios: what came key by key is all one line
    /// for readers of lines, and an end of file that nobody has read is a NUL for readers of keys.
    /// </summary>
    private void HandOverInput(bool toLines)
    {
        byte[] kept = [.. _input.SelectMany(entry => entry.Length > 0 || toLines ? entry : [0]).Skip(_readFromFirst)];
        _input.Clear();
        _readFromFirst = 0;
        _waiting = kept.Length;
        if (kept.Length > 0)
        {
            _input.Enqueue(kept);
        }
    }

    private int Take(Span<byte> buffer)
    {
        int total = 0;
        do
        {
            total += TakeFirst(buffer[total..]);
        }
        while (!_discipline.Settings.Canonical && _input.Count > 0 && total < buffer.Length);
        Pulse();
        return total;
    }

    private int TakeFirst(Span<byte> buffer)
    {
        byte[] first = _input.Peek();
        int length = Math.Min(buffer.Length, first.Length - _readFromFirst);
        first.AsSpan(_readFromFirst, length).CopyTo(buffer);
        _readFromFirst += length;
        _waiting -= length;
        if (_readFromFirst == first.Length)
        {
            _input.Dequeue();
            _readFromFirst = 0;
        }

        return length;
    }

    private static ReadOnlyMemory<byte> MapNewlines(ReadOnlyMemory<byte> data)
    {
        int newlines = data.Span.Count((byte)'\n');
        if (newlines == 0)
        {
            return data;
        }

        byte[] mapped = new byte[data.Length + newlines];
        int next = 0;
        foreach (byte value in data.Span)
        {
            if (value == '\n')
            {
                mapped[next++] = (byte)'\r';
            }

            mapped[next++] = value;
        }

        return mapped;
    }

    private Task NextChange() =>
        (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Pulse()
    {
        _changed?.TrySetResult();
        _changed = null;
    }
}

/// <summary>A terminal as programs have it open.</summary>
internal sealed class TerminalFile(PseudoTerminal terminal) : OpenFile
{
    public override PseudoTerminal? Terminal => terminal;

    public override string Description => "/dev/pts/0";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        terminal.ReadAsync(buffer, cancellation);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        terminal.WriteAsync(data, cancellation);
}
