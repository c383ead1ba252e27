using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Network;

namespace EphemeralDebug.Sandbox.Processes;

/// <summary>
/// What the processes of one container share beside their process namespace: the files they see, the host name, the
/// clock. Ending the scope kills them all, as a container runtime does with what is left of a container.
/// </summary>
internal sealed class ProcessScope(DirectoryNode root, string hostName, string nodeName, TimeProvider time, NetworkNamespace? network = null)
{
    private readonly Lock _gate = new();
    private readonly HashSet<SimulatedProcess> _processes = [];

    public DirectoryNode Root { get; } = root;

    public string HostName { get; } = hostName;

    public string NodeName { get; } = nodeName;

    public TimeProvider Time { get; } = time;

    public NetworkNamespace Network { get; } = network ?? new NetworkNamespace();

    public void Add(SimulatedProcess process)
    {
        lock (_gate)
        {
            _processes.Add(process);
        }
    }

    public void Remove(SimulatedProcess process)
    {
        lock (_gate)
        {
            _processes.Remove(process);
        }
    }

    /// <summary>Kills every process that is left.</summary>
    public void KillAll()
    {
        SimulatedProcess[] processes;
        lock (_gate)
        {
            processes = [.. _processes];
        }

        foreach (SimulatedProcess process in processes)
        {
            process.DeliverFromOutside(Signal.Kill);
        }
    }
}
