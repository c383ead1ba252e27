using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>
/// The base of the cmdlets: work runs beside the pipeline, several pieces at a time, each for one input. A piece that
/// fails becomes one error record about its input and does not stop the others.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WorkPump _pump;
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private int _nextActivity;

    /// <summary>Creates the cmdlet.</summary>
    protected AsyncCmdlet() => _pump = new WorkPump(_stopping.Cancel);

    /// <summary>Pieces of work at a time.</summary>
    private protected virtual int ConcurrentWork => 1;

    /// <summary>The work is to end: the user stopped it, or nobody takes what it writes any more.</summary>
    private protected bool IsStopping => _stopping.IsCancellationRequested;

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <inheritdoc/>
    protected override void EndProcessing() => _pump.PumpUntil(0);

    /// <summary>Ends what is still running.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what is still running.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pump.Dispose();
            _stopping.Dispose();
        }
    }

    /// <summary>Starts work for one input and goes on when there is room for more.</summary>
    private protected void Start(object? target, Func<CancellationToken, Task> work)
    {
        _pump.PumpUntil(Math.Max(ConcurrentWork, 1) - 1);
        _pump.Start(() => RunAsync(target, work));
        _pump.PumpAvailable();
    }

    /// <summary>Does the work for one input before the pipeline goes on.</summary>
    private protected void Complete(object? target, Func<CancellationToken, Task> work)
    {
        _pump.PumpUntil(0);
        _pump.Start(() => RunAsync(target, work));
        _pump.PumpUntil(0);
    }

    /// <summary>Does work that decides what to do next, while what was started before goes on.</summary>
    private protected void CompleteMeanwhile(object? target, Func<CancellationToken, Task> work) =>
        _pump.Complete(() => RunAsync(target, work));

    /// <summary>Does work whose failure leaves nothing for the cmdlet to do, and returns its result.</summary>
    private protected T CompleteOrThrow<T>(object? target, Func<CancellationToken, Task<T>> work)
    {
        T? result = default;
        Exception? failure = null;
        _pump.PumpUntil(0);
        _pump.Start(async () =>
        {
            try
            {
                result = await work(_stopping.Token);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        _pump.PumpUntil(0);
        return failure switch
        {
            null => result!,
            OperationCanceledException when _stopping.IsCancellationRequested => throw new PipelineStoppedException(),
            _ => throw Terminate(ErrorRecords.From(failure, target)),
        };
    }

    /// <summary>Ends the pipeline with an error.</summary>
    internal Exception Terminate(ErrorRecord error)
    {
        ThrowTerminatingError(error);
        return new InvalidOperationException("ThrowTerminatingError returned.");
    }

    // What follows may be called from work, on any thread.

    private protected void Emit(object output) => _pump.Post(() => WriteObject(output));

    private protected void EmitError(ErrorRecord error) => _pump.Post(() => WriteError(error));

    private protected void EmitVerbose(string text) => _pump.Post(() => WriteVerbose(text));

    /// <summary>Warns, unless this cmdlet has said the same before: of many pods, the server often says the same.</summary>
    private protected void EmitWarning(string text) => _pump.Post(() =>
    {
        if (_warned.Add(text))
        {
            WriteWarning(text);
        }
    });

    private protected void EmitProgress(ProgressRecord progress) => _pump.Post(() => WriteProgress(progress));

    internal Task<T> InPipelineAsync<T>(Func<T> function) => _pump.InvokeAsync(function);

    /// <summary>Says something to the person at the prompt, and to nobody else.</summary>
    internal Task TellAsync(string text) => InPipelineAsync(() =>
    {
        WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);
        return true;
    });

    /// <summary>An id for a progress bar of its own.</summary>
    private protected int NextActivityId() => Interlocked.Increment(ref _nextActivity);

    private async Task RunAsync(object? target, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The pipeline is being stopped; nobody reads what would be said about it.
        }
        catch (Exception exception)
        {
            EmitError(ErrorRecords.From(exception, target));
        }
    }
}
