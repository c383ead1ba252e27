using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace EphemeralDebug.Pipeline;

/// <summary>
/// Runs asynchronous work beside the pipeline thread and carries out on that thread what the work asks of it: PowerShell
/// allows writes from no other. Work is never abandoned; whoever pumps waits until it has ended.
/// </summary>
internal sealed class WorkPump(Action cancel) : IDisposable
{
    private readonly BlockingCollection<Request> _requests = [];
    private ExceptionDispatchInfo? _failure;
    private int _running;

    /// <summary>Work that has not ended.</summary>
    public int Running => _running;

    /// <summary>Starts work. Call it, like every pumping method, on the pipeline thread.</summary>
    public void Start(Func<Task> work)
    {
        _running++;
        _ = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (Exception exception)
            {
                ExceptionDispatchInfo failure = ExceptionDispatchInfo.Capture(exception);
                Post(failure.Throw);
            }
            finally
            {
                _requests.Add(new Request(() => _running--, Abandon: null, IsEnd: true));
            }
        });
    }

    /// <summary>Asks the pipeline thread to do something some time; from any thread.</summary>
    public void Post(Action action) => _requests.Add(new Request(action, Abandon: null));

    /// <summary>Asks the pipeline thread for an answer; from any thread.</summary>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(new Request(
            () =>
            {
                try
                {
                    answer.SetResult(function());
                }
                catch
                {
                    answer.SetCanceled();
                    throw;
                }
            },
            () => answer.TrySetCanceled()));
        return answer.Task;
    }

    /// <summary>Carries out what has been asked so far, without waiting.</summary>
    public void PumpAvailable()
    {
        while (_requests.TryTake(out Request? request))
        {
            Carry(request);
        }

        ThrowFailure();
    }

    /// <summary>Carries out requests until at most <paramref name="allowed"/> pieces of work are running.</summary>
    public void PumpUntil(int allowed)
    {
        while (_running > allowed)
        {
            Carry(_requests.Take());
        }

        if (allowed == 0)
        {
            PumpAvailable();
        }

        ThrowFailure();
    }

    /// <summary>Does one piece of work to its end, and carries out what the others ask meanwhile.</summary>
    public void Complete(Func<Task> work)
    {
        bool ended = false;
        Start(async () =>
        {
            try
            {
                await work();
            }
            finally
            {
                Post(() => ended = true);
            }
        });
        while (!ended && _failure is null)
        {
            Carry(_requests.Take());
        }

        ThrowFailure();
    }

    /// <summary>Waits for the end of all work; what it still asks is not done any more.</summary>
    public void Dispose()
    {
        cancel();
        while (_running > 0)
        {
            Abandon(_requests.Take());
        }

        _requests.Dispose();
    }

    private void Carry(Request request)
    {
        if (_failure is not null)
        {
            Abandon(request);
            return;
        }

        try
        {
            request.Action();
        }
        catch (Exception exception)
        {
            // The pipeline is being stopped, or an error ends it: the work has to end before that goes on.
            _failure = ExceptionDispatchInfo.Capture(exception);
            cancel();
        }
    }

    private static void Abandon(Request request)
    {
        if (request.IsEnd)
        {
            request.Action();
        }
        else
        {
            request.Abandon?.Invoke();
        }
    }

    private void ThrowFailure()
    {
        if (_failure is null)
        {
            return;
        }

        while (_running > 0)
        {
            Abandon(_requests.Take());
        }

        _failure.Throw();
    }

    private sealed record Request(Action Action, Action? Abandon, bool IsEnd = false);
}
