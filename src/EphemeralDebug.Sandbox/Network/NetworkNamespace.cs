using System.Diagnostics.CodeAnalysis;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network;

/// <summary>
/// What the containers of a pod share of a network (network_namespaces(7)): the TCP ports that its processes listen on.
/// Nothing of it is ever a socket of the machine that the simulation runs on.
/// </summary>
internal sealed class NetworkNamespace
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, Listener> _listeners = [];

    /// <summary>The listening sockets by ascending port.</summary>
    public IReadOnlyList<Listener> Listeners
    {
        get
        {
            lock (_gate)
            {
                return [.. _listeners.Values];
            }
        }
    }

    /// <summary>Begins to listen on a port for a process; it stops with the process at the latest.</summary>
    /// <exception cref="SystemCallException">Another one listens there, or the user may not.</exception>
    public Listener Listen(int port, SimulatedProcess process)
    {
        var listener = new Listener(this, port, process);
        lock (_gate)
        {
            if (!_listeners.TryAdd(port, listener))
            {
                throw new SystemCallException(Errno.AddressInUse);
            }
        }

        return listener;
    }

    /// <summary>Connects to a port; false when nobody listens there.</summary>
    public bool TryConnect(int port, [NotNullWhen(true)] out Socket? connection)
    {
        Listener? listener;
        lock (_gate)
        {
            listener = _listeners.GetValueOrDefault(port);
        }

        (Socket client, Socket server) = Socket.CreatePair();
        connection = listener?.TryOffer(server) == true ? client : null;
        return connection is not null;
    }

    public void Remove(Listener listener)
    {
        lock (_gate)
        {
            _listeners.Remove(listener.Port);
        }
    }
}
