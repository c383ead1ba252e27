using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Processes;

/// <summary>
/// What a simulated program does with its command line, of which the first is its name. The result is the exit code.
/// </summary>
internal delegate Task<int> ProgramBody(SimulatedProcess process, IReadOnlyList<string> arguments);

/// <summary>How a process begins.</summary>
internal sealed record ProcessStart
{
    public required ProcessScope Scope { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>The process takes the table over and closes it at its end.</summary>
    public required FileTable Files { get; init; }

    public Credentials Credentials { get; init; } = Credentials.Root;

    /// <summary>Null for what a container runtime starts: such a process has parent 0 and leads a session.</summary>
    public SimulatedProcess? Parent { get; init; }

    /// <summary>The process group to join: 0 starts one of its own, null stays in the parent's.</summary>
    public int? Group { get; init; }

    /// <summary>The terminal that Ctrl+C comes from.</summary>
    public PseudoTerminal? Terminal { get; init; }

    public IReadOnlySet<Signal> Ignored { get; init; } = new HashSet<Signal>();
}

/// <summary>
/// A process of the simulation: an asynchronous task with what Linux gives a process. No process of the machine that
/// the simulation runs on is ever behind it.
/// </summary>
internal sealed class SimulatedProcess : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _killed = new();
    private readonly Dictionary<Signal, SignalDisposition> _dispositions = [];
    private readonly Queue<Signal> _pending = new();
    private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _signalArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Signal? _fatalSignal;
    private bool _ended;

    public SimulatedProcess(ProcessNamespace processNamespace, int id, ProcessStart start)
    {
        Killed = _killed.Token;
        Namespace = processNamespace;
        Id = id;
        Scope = start.Scope;
        ParentId = start.Parent?.Id ?? 0;
        GroupId = start.Group is { } group ? (group == 0 ? id : group) : start.Parent?.GroupId ?? id;
        SessionId = start.Parent?.SessionId ?? id;
        Arguments = start.Arguments;
        Environment = start.Environment;
        WorkingDirectory = start.WorkingDirectory;
        Files = start.Files;
        Credentials = start.Credentials;
        Terminal = start.Terminal ?? start.Parent?.Terminal;
        StartedAt = start.Scope.Time.GetUtcNow();
        foreach (Signal signal in start.Ignored)
        {
            _dispositions[signal] = SignalDisposition.Ignore;
        }
    }

    public ProcessNamespace Namespace { get; }

    public ProcessScope Scope { get; }

    public int Id { get; }

    public int ParentId { get; private set; }

    public int GroupId { get; }

    public int SessionId { get; }

    /// <summary>The command line; the first is the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; private set; }

    /// <summary>The environment that the program was started with.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; }

    /// <summary>An absolute path.</summary>
    public string WorkingDirectory { get; set; }

    public FileTable Files { get; }

    public Credentials Credentials { get; }

    public PseudoTerminal? Terminal { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>The permissions that new files do not get.</summary>
    public int FileModeMask { get; set; } = 0b000_010_010;

    /// <summary>Completes when the process has ended and its files are closed.</summary>
    public Task<ExitStatus> Exited => _exited.Task;

    /// <summary>Completes when the program waits for something for the first time, or has ended.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Cancelled when a signal kills the process: every wait of a program ends with it.</summary>
    public CancellationToken Killed { get; }

    /// <summary>The program's name as <c>ps -o comm</c> shows it: at most 15 characters.</summary>
    public string CommandName
    {
        get
        {
            string name = Arguments.Count == 0 ? "" : Path.GetFileName(Arguments[0].TrimStart('-'));
            return name.Length > 15 ? name[..15] : name;
        }
    }

    /// <summary>The signals that a child inherits as ignored.</summary>
    public IReadOnlySet<Signal> Ignored
    {
        get
        {
            lock (_gate)
            {
                return _dispositions.Where(pair => pair.Value == SignalDisposition.Ignore).Select(pair => pair.Key).ToHashSet();
            }
        }
    }

    /// <summary>Completes when a signal with a handler has come that nobody has taken yet.</summary>
    public Task SignalArrived
    {
        get
        {
            lock (_gate)
            {
                return _signalArrived.Task;
            }
        }
    }

    public SignalDisposition GetDisposition(Signal signal)
    {
        lock (_gate)
        {
            return _dispositions.GetValueOrDefault(signal);
        }
    }

    public void SetDisposition(Signal signal, SignalDisposition disposition)
    {
        lock (_gate)
        {
            _dispositions[signal] = disposition;
        }
    }

    /// <summary>The signal that <see cref="TakePendingSignal"/> will give next, or null.</summary>
    public Signal? PendingSignal
    {
        get
        {
            lock (_gate)
            {
                return _pending.TryPeek(out Signal signal) ? signal : null;
            }
        }
    }

    /// <summary>The next signal that waits for its handler, or null.</summary>
    public Signal? TakePendingSignal()
    {
        lock (_gate)
        {
            if (!_pending.TryDequeue(out Signal signal))
            {
                return null;
            }

            if (_pending.Count == 0)
            {
                _signalArrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return signal;
        }
    }

    /// <summary>
    /// A signal from the process' own namespace. Process 1 only gets what it has a handler for, not even KILL.
    /// </summary>
    public void Deliver(Signal signal) => Deliver(signal, fromOutside: false);

    /// <summary>A signal from the container runtime, which can kill a process 1 too.</summary>
    public void DeliverFromOutside(Signal signal) => Deliver(signal, fromOutside: true);

    /// <summary>
    /// Waits for <paramref name="operation"/>, but only until a signal comes that the process handles; returns false
    /// then. The operation is cancelled by the token it gets.
    /// </summary>
    public async Task<bool> UnlessSignaledAsync(Func<CancellationToken, Task> operation)
    {
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(Killed);
        Task arrived = SignalArrived;
        Task running = operation(interrupted.Token);
        if (await Task.WhenAny(running, arrived) == arrived && !running.IsCompleted)
        {
            await interrupted.CancelAsync();
        }

        try
        {
            await running;
            return true;
        }
        catch (OperationCanceledException) when (!Killed.IsCancellationRequested && interrupted.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>
    /// Starts a child that inherits everything but what <paramref name="change"/> sets. It takes the files over that it
    /// is given.
    /// </summary>
    public SimulatedProcess StartChild(ProgramBody body, Func<ProcessStart, ProcessStart> change, FileTable? files = null)
    {
        Killed.ThrowIfCancellationRequested();
        var start = new ProcessStart
        {
            Scope = Scope,
            Arguments = Arguments,
            Environment = Environment,
            WorkingDirectory = WorkingDirectory,
            Files = files ?? Files.Clone(),
            Credentials = Credentials,
            Parent = this,
            Ignored = Ignored,
        };
        return Namespace.Start(change(start), body);
    }

    /// <summary>Replaces the program, as execve(2) does: what was handled is default again. Returns its exit code.</summary>
    public Task<int> ExecuteAsync(LoadedProgram program, IReadOnlyDictionary<string, string> environment)
    {
        lock (_gate)
        {
            foreach (Signal signal in _dispositions.Where(pair => pair.Value == SignalDisposition.Handle).Select(pair => pair.Key).ToArray())
            {
                _dispositions.Remove(signal);
            }
        }

        Arguments = program.Arguments;
        Environment = environment;
        return program.Body(this, program.Arguments);
    }

    /// <summary>An orphan gets process 1 as parent, or none when it is a child of the runtime's process.</summary>
    public void LoseParent(int parentId)
    {
        if (ParentId == parentId)
        {
            ParentId = 1;
        }
    }

    /// <summary>A process disposes itself when it ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
        }

        _killed.Dispose();
    }

    /// <summary>Starts the task; called once.</summary>
    public void Run(ProgramBody body) => _ = Task.Run(() =>
    {
        Task running = RunToEndAsync(body);
        _settled.SetResult();
        return running;
    });

    private void Deliver(Signal signal, bool fromOutside)
    {
        lock (_gate)
        {
            SignalDisposition disposition = signal is Signal.Kill or Signal.Stop
                ? SignalDisposition.Default
                : _dispositions.GetValueOrDefault(signal);
            if (disposition == SignalDisposition.Handle)
            {
                _pending.Enqueue(signal);
                _signalArrived.TrySetResult();
                return;
            }

            bool isProtected = Id == 1 && !(fromOutside && signal == Signal.Kill);
            if (_ended || disposition == SignalDisposition.Ignore || isProtected || Signals.IsHarmlessByDefault(signal))
            {
                return;
            }

            _fatalSignal ??= signal;

            // What was waiting goes on with its own clean-up, but not on this thread and under this lock.
            _ = _killed.CancelAsync();
        }
    }

    private async Task RunToEndAsync(ProgramBody body)
    {
        ExitStatus status = await RunProgramAsync(body);
        if (Terminal is not null && SessionId == Id)
        {
            Terminal.HangUp();
        }

        Files.CloseAll();
        Namespace.Remove(this);
        Dispose();
        _exited.SetResult(status);
    }

    private async Task<ExitStatus> RunProgramAsync(ProgramBody body)
    {
        try
        {
            int code = await body(this, Arguments);
            Killed.ThrowIfCancellationRequested();
            return ExitStatus.Exited(code);
        }
        catch (OperationCanceledException) when (_fatalSignal is not null)
        {
            return ExitStatus.Killed(_fatalSignal.Value);
        }
        catch (BrokenPipeException)
        {
            return ExitStatus.Killed(Signal.BrokenPipe);
        }
        catch (SystemCallException)
        {
            return ExitStatus.Exited(1);
        }
        catch (Exception exception)
        {
            // A mistake in a simulated program ends its process, never the simulation.
            await this.WriteErrorAsync($"{CommandName}: {exception.Message}\n");
            return ExitStatus.Killed(Signal.SegmentationFault);
        }
    }
}
