using System.Globalization;

namespace EphemeralDebug;

/// <summary>A local port whose connections are passed on to a port of a pod. What it says is always of now.</summary>
public sealed class PortForward
{
    private static int s_lastId;

    private readonly Lock _gate = new();
    private long _bytesSent;
    private long _bytesReceived;
    private long _totalConnections;
    private int _connections;
    private PortForwardState _state;
    private string? _lastError;

    internal PortForward(ClusterSession session, string podNamespace, string pod, int remotePort)
    {
        Session = session;
        Namespace = podNamespace;
        Pod = pod;
        RemotePort = remotePort;
        StartedAt = session.Time.GetUtcNow();
    }

    /// <summary>A number that no other port forward of this process has.</summary>
    public int Id { get; } = Interlocked.Increment(ref s_lastId);

    /// <summary>The pod's name.</summary>
    public string Pod { get; }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The address to connect to, the first of <see cref="LocalAddresses"/>.</summary>
    public string LocalAddress => LocalAddresses[0];

    /// <summary>All addresses that are listened on.</summary>
    public IReadOnlyList<string> LocalAddresses { get; internal init; } = [];

    /// <summary>The port to connect to.</summary>
    public int LocalPort { get; internal init; }

    /// <summary>Address and port to connect to, as in <c>127.0.0.1:8080</c>.</summary>
    public string Endpoint => string.Create(
        CultureInfo.InvariantCulture,
        $"{(LocalAddress.Contains(':', StringComparison.Ordinal) ? $"[{LocalAddress}]" : LocalAddress)}:{LocalPort}");

    /// <summary>The port in the pod.</summary>
    public int RemotePort { get; }

    /// <summary>What it is doing.</summary>
    public PortForwardState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>The connections that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The connections that have been opened so far, those that failed among them.</summary>
    public long TotalConnections => Interlocked.Read(ref _totalConnections);

    /// <summary>The bytes that went to the pod.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>The bytes that came from the pod.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Why a connection failed last, or why it has ended; null when nothing went wrong.</summary>
    public string? LastError
    {
        get
        {
            lock (_gate)
            {
                return _lastError;
            }
        }
    }

    /// <summary>Since when it has been listening.</summary>
    public DateTimeOffset StartedAt { get; }

    internal ClusterSession Session { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Endpoint} -> {Namespace}/{Pod}:{RemotePort}");

    internal void CountOpened()
    {
        Interlocked.Increment(ref _totalConnections);
        Interlocked.Increment(ref _connections);
    }

    internal void CountClosed() => Interlocked.Decrement(ref _connections);

    internal void CountSent(int bytes) => Interlocked.Add(ref _bytesSent, bytes);

    internal void CountReceived(int bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    internal void TellError(string message)
    {
        lock (_gate)
        {
            // Why everything has ended says more than what that did to each connection.
            if (_state is PortForwardState.Listening)
            {
                _lastError = message;
            }
        }
    }

    /// <summary>Says that it has ended; the first reason is kept.</summary>
    internal void End(PortForwardState state, string? reason)
    {
        lock (_gate)
        {
            if (_state is PortForwardState.Listening)
            {
                _state = state;
                _lastError = reason ?? _lastError;
            }
        }
    }
}
