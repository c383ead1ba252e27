namespace EphemeralDebug.Forwarding;

/// <summary>The port forwards of a session, which end with it.</summary>
internal sealed class PortForwardTable : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, PortForwarder> _forwarders = [];
    private bool _disposed;

    /// <summary>Takes over what listens already, and starts it.</summary>
    public void Start(PortForwarder forwarder)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _forwarders.Add(forwarder.Forward.Id, forwarder);
            forwarder.Start();
        }
    }

    /// <summary>Ends a port forward and returns when its connections are closed; does nothing when it has been removed before.</summary>
    public async Task RemoveAsync(PortForward forward)
    {
        PortForwarder? forwarder;
        lock (_gate)
        {
            _forwarders.Remove(forward.Id, out forwarder);
        }

        if (forwarder is not null)
        {
            await forwarder.DisposeAsync();
        }
    }

    /// <summary>Ends them all: the ports are free on return, the connections are closed a moment later.</summary>
    public void Dispose()
    {
        PortForwarder[] forwarders;
        lock (_gate)
        {
            _disposed = true;
            forwarders = [.. _forwarders.Values];
            _forwarders.Clear();
        }

        foreach (PortForwarder forwarder in forwarders)
        {
            _ = forwarder.DisposeAsync().AsTask();
        }
    }
}
