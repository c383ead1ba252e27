namespace EphemeralDebug.Sandbox.Processes;

/// <summary>
/// A PID namespace: numbers processes from 1 and ends with its process 1 (pid_namespaces(7)). Containers that share
/// a namespace share one of these.
/// </summary>
internal sealed class ProcessNamespace(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, SimulatedProcess> _processes = [];
    private int _lastId;

    /// <summary>When the simulated machine started, what <c>/proc/&lt;pid&gt;/stat</c> counts from.</summary>
    public DateTimeOffset BootedAt { get; } = time.GetUtcNow() - TimeSpan.FromHours(5);

    /// <summary>The running processes by ascending number.</summary>
    public IReadOnlyList<SimulatedProcess> Processes
    {
        get
        {
            lock (_gate)
            {
                return [.. _processes.Values];
            }
        }
    }

    /// <summary>Whether process 1 runs: without it nothing can be started here.</summary>
    public bool IsAlive => Find(1) is not null;

    public SimulatedProcess? Find(int id)
    {
        lock (_gate)
        {
            return _processes.GetValueOrDefault(id);
        }
    }

    /// <summary>The running processes of a process group.</summary>
    public IEnumerable<SimulatedProcess> FindGroup(int groupId) =>
        Processes.Where(process => process.GroupId == groupId);

    /// <summary>Starts a process that runs <paramref name="body"/>.</summary>
    public SimulatedProcess Start(ProcessStart start, ProgramBody body)
    {
        SimulatedProcess process;
        lock (_gate)
        {
            process = new SimulatedProcess(this, ++_lastId, start);
            _processes.Add(process.Id, process);
        }

        process.Scope.Add(process);
        process.Run(body);
        return process;
    }

    /// <summary>Takes an ended process out; the namespace dies with its process 1.</summary>
    public void Remove(SimulatedProcess process)
    {
        lock (_gate)
        {
            _processes.Remove(process.Id);
        }

        process.Scope.Remove(process);
        foreach (SimulatedProcess other in Processes)
        {
            if (process.Id == 1)
            {
                other.DeliverFromOutside(Signal.Kill);
            }
            else
            {
                other.LoseParent(process.Id);
            }
        }
    }
}
