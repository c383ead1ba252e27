using System.Collections.Concurrent;
using System.Net.Sockets;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Forwarding;

/// <summary>Passes the connections to a local port on to a pod, until it is stopped or the pod ends.</summary>
internal sealed class PortForwarder : IAsyncDisposable
{
    /// <summary>Connections at a time; more wait in the system's queue. Far above what programs open, and bounds what is held here.</summary>
    private const int MaximumConnections = 500;

    /// <summary>After a failure to accept, such as for want of descriptors.</summary>
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromSeconds(1);

    /// <summary>What a pod sent before it ended may still be on its way.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    /// <summary>A connection that was told to end takes this long at most.</summary>
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(5);

    private readonly ClusterSession _session;
    private readonly PodResource _pod;
    private readonly LocalListener _listener;
    private readonly PortForwardRequest _request;
    private readonly SemaphoreSlim _room = new(MaximumConnections);
    private readonly ConcurrentDictionary<Task, bool> _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;

    /// <summary>Prepares the forward of a port that is listened on already.</summary>
    public PortForwarder(ClusterSession session, PodResource pod, LocalListener listener, int remotePort)
    {
        _session = session;
        _pod = pod;
        _listener = listener;
        _stopped = _stop.Token;
        _request = new PortForwardRequest(pod.Metadata!.Namespace!, pod.Metadata.Name!, remotePort);
        Forward = new PortForward(session, _request.Namespace, _request.Pod, remotePort)
        {
            LocalPort = listener.Port,
            LocalAddresses = [.. listener.Addresses.Select(static address => address.ToString())],
        };
    }

    public PortForward Forward { get; }

    public void Start()
    {
        foreach (Socket listening in _listener.Sockets)
        {
            Run(() => AcceptAsync(listening));
        }

        Run(WaitForPodAsync);
    }

    /// <summary>Frees the port at once, closes the connections, and returns when that is done.</summary>
    public async ValueTask DisposeAsync()
    {
        Forward.End(PortForwardState.Closed, reason: null);
        _listener.Dispose();
        await _stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(_work.Keys), Task.Delay(s_stopLimit));
        _stop.Dispose();
        _room.Dispose();
    }

    private void Run(Func<Task> work)
    {
        Task task = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                // It was stopped.
            }
            catch (Exception exception)
            {
                // Nobody waits for this work, so that a failure of any kind has to be told here or nowhere.
                Forward.TellError(exception.Message);
            }
        });
        _work[task] = true;
        _ = task.ContinueWith(ended => _work.TryRemove(ended, out _), TaskScheduler.Default);
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_stopped.IsCancellationRequested)
        {
            await _room.WaitAsync(_stopped);
            try
            {
                Socket program = await listening.AcceptAsync(_stopped);
                Run(() => ServeAsync(program));
            }
            catch (SocketException exception) when (Forward.State is PortForwardState.Listening)
            {
                _room.Release();
                Forward.TellError(exception.Message);
                await Task.Delay(s_acceptPause, _session.Time, _stopped);
            }
        }
    }

    private async Task ServeAsync(Socket program)
    {
        Forward.CountOpened();
        try
        {
            using var connection = new ForwardedConnection(_session.Client, _request, Forward, program);
            await connection.RunAsync(_stopped);
        }
        finally
        {
            Forward.CountClosed();
            _room.Release();
        }
    }

    private async Task WaitForPodAsync()
    {
        string reason = await new PodEnd(_session, _pod).WaitAsync(_stopped);
        Forward.End(PortForwardState.PodGone, reason);
        _listener.Dispose();
        _stop.CancelAfter(s_lastWords);
    }
}
