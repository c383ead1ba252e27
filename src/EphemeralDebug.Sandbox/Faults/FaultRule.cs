namespace EphemeralDebug.Sandbox.Faults;

/// <summary>A fault, the requests that it is for, and how often it happens to them.</summary>
internal sealed class FaultRule(Fault fault, FaultMatch match)
{
    private readonly Lock _gate = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private int _seen;

    public Fault Fault { get; } = fault;

    public FaultMatch Match { get; } = match;

    /// <summary>How many matching requests are left alone at first.</summary>
    public int Skip { get; init; }

    /// <summary>How many matching requests it happens to after that; null for all.</summary>
    public int? Times { get; init; }

    /// <summary>How often the fault has happened.</summary>
    public int Fired { get; private set; }

    /// <summary>Counts a request that matches; true when the fault is to happen to it.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            int number = _seen++;
            return number >= Skip && (Times is not { } times || number < Skip + times);
        }
    }

    /// <summary>Takes note that the fault has happened.</summary>
    public void Fire()
    {
        lock (_gate)
        {
            Fired++;
            foreach ((_, TaskCompletionSource reached) in _waiting.Where(waiter => waiter.Count <= Fired))
            {
                reached.TrySetResult();
            }
        }
    }

    /// <summary>Waits until the fault has happened so often since the rule was made.</summary>
    public Task WaitAsync(int count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Fired >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }
}
