namespace EphemeralDebug.Configuration.Credentials;

/// <summary>
/// Credentials from a program (<c>exec</c> in a kubeconfig). What it gives is used until it expires or the server
/// rejects it. However many callers wait, it runs once at a time, and its failure is all the waiting callers'.
/// </summary>
internal sealed class ExecCredentialSource(
    CredentialProgram program,
    ExecApiVersion version,
    ExecInteraction mode,
    bool terminalIsAvailable,
    ExecClusterInfo? cluster) : ICredentialSource
{
    private readonly Lock _gate = new();
    private Credential? _current;
    private DateTimeOffset? _expires;
    private Run? _run;

    public string Description => $"credential program {program.Name}";

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Run run;
            bool joined;
            lock (_gate)
            {
                if (_current is not null && !(program.Time.GetUtcNow() > _expires))
                {
                    return _current;
                }

                run = _run ??= Start();
                joined = run.TryJoin();
            }

            if (joined)
            {
                return await ResultOfAsync(run, cancellationToken);
            }

            // That run is being ended, because all who waited for it have left; two must not run at once.
            await ((Task)run.Completion).WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Invalidate(Credential rejected)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_current, rejected))
            {
                _current = null;
            }
        }
    }

    private async Task<Credential> ResultOfAsync(Run run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Completion.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                run.Leave();
            }
        }
    }

    private Run Start()
    {
        var run = new Run();
        run.Completion = Task.Run(() => ExecuteAsync(run));
        return run;
    }

    private async Task<Credential> ExecuteAsync(Run run)
    {
        try
        {
            (Credential credential, DateTimeOffset? expires) = await ExecuteOnceAsync(run.Abandoned);
            lock (_gate)
            {
                (_current, _expires) = (credential, expires);
            }

            return credential;
        }
        finally
        {
            lock (_gate)
            {
                _run = null;
                run.Dispose();
            }
        }
    }

    private async Task<(Credential Credential, DateTimeOffset? Expires)> ExecuteOnceAsync(CancellationToken cancellation)
    {
        bool interactive = IsInteractive();
        string info = ExecCredentialMessage.Write(version, interactive, cluster);
        byte[] output = await program.RunAsync(info, interactive, cancellation);
        try
        {
            return ExecCredentialMessage.Read(output, version);
        }
        catch (FormatException e)
        {
            throw program.Failed($"failed: {e.Message}.", "Check its version and its settings.");
        }
    }

    private bool IsInteractive()
    {
        if (mode == ExecInteraction.Always && !terminalIsAvailable)
        {
            throw program.Failed(
                "needs a terminal to ask on (interactiveMode Always), and there is none.",
                "Log in with it beforehand, or run this in a terminal.");
        }

        return mode != ExecInteraction.Never && terminalIsAvailable;
    }

    /// <summary>One run of the program and those who wait for it; its members are called under the source's lock.</summary>
    private sealed class Run : IDisposable
    {
        private readonly CancellationTokenSource _abandoned = new();
        private int _waiting;
        private bool _ended;

        public Task<Credential> Completion { get; set; } = null!;

        public CancellationToken Abandoned => _abandoned.Token;

        public bool TryJoin()
        {
            if (_abandoned.IsCancellationRequested)
            {
                return false;
            }

            _waiting++;
            return true;
        }

        public void Leave()
        {
            if (--_waiting == 0 && !_ended)
            {
                _ = _abandoned.CancelAsync();
            }
        }

        public void Dispose()
        {
            _ended = true;
            _abandoned.Dispose();
        }
    }
}
