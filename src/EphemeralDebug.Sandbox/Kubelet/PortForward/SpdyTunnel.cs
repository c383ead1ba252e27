using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using EphemeralDebug.Sandbox.Kubelet.PortForward.Spdy;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward;

/// <summary>
/// Port-forward as kubectl uses it: any number of connections over one WebSocket, each with a stream for an error and
/// a stream for data that name the same request (Kubernetes, <c>portforward/constants.go</c>).
/// </summary>
internal sealed class SpdyTunnel(WebSocket socket, PodRuntime pod, TimeProvider time) : IDisposable
{
    /// <summary>The subprotocol that asks for the tunnel.</summary>
    public const string Protocol = "SPDY/3.1+portforward.k8s.io";

    private const int MostConnections = 1000;

    private readonly SpdyConnection _connection = new(socket);
    private readonly HeaderReader _headers = new();
    private readonly Dictionary<string, int> _errorStreams = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Pipe> _dataStreams = [];
    private readonly List<Task> _forwarding = [];

    /// <summary>Forwards until the client leaves.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            while (await _connection.ReceiveAsync(left.Token) is { } frame)
            {
                await HandleAsync(frame, left.Token);
            }
        }
        catch (InvalidDataException)
        {
            // What the client speaks is no SPDY: there is nothing left to say to it.
        }

        await left.CancelAsync();
        await Task.WhenAll(_forwarding);
        await CloseAsync();
    }

    public void Dispose()
    {
        _connection.Dispose();
        _headers.Dispose();
        socket.Dispose();
    }

    private async Task HandleAsync(SpdyFrame frame, CancellationToken left)
    {
        switch (frame.Type)
        {
            case SpdyFrameType.SynStream:
                await OpenAsync(frame, left);
                break;
            case SpdyFrameType.Data when _dataStreams.TryGetValue(frame.Stream, out Pipe? data):
                await TakeAsync(frame, data, left);
                break;
            case SpdyFrameType.RstStream when _dataStreams.Remove(frame.Stream, out Pipe? data):
                data.CloseWriter();
                break;
            case SpdyFrameType.Ping:
                await _connection.TrySendAsync(frame);
                break;
        }
    }

    private async Task OpenAsync(SpdyFrame frame, CancellationToken left)
    {
        const int FixedLength = 10;
        if (frame.Content.Length < FixedLength)
        {
            throw new InvalidDataException("A stream is opened without its number.");
        }

        Dictionary<string, string> headers = _headers.Read(frame.Content.Span[FixedLength..]);
        string request = headers.GetValueOrDefault("requestid") ?? "";
        await _connection.TryReplyAsync(frame.Stream);
        if (headers.GetValueOrDefault("streamtype") == "error")
        {
            LimitTo(_errorStreams.Count);
            _errorStreams[request] = frame.Stream;
        }
        else if (_errorStreams.Remove(request, out int errorStream)
            && ushort.TryParse(headers.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            Forward(frame.Stream, errorStream, port, left);
        }
    }

    private void Forward(int dataStream, int errorStream, ushort port, CancellationToken left)
    {
        _forwarding.RemoveAll(task => task.IsCompleted);
        LimitTo(_dataStreams.Count);
        var fromClient = new Pipe();
        _dataStreams[dataStream] = fromClient;
        _forwarding.Add(ForwardAsync(dataStream, errorStream, port, fromClient, left));
    }

    private static void LimitTo(int connections)
    {
        if (connections >= MostConnections)
        {
            throw new InvalidDataException("Too many connections at once.");
        }
    }

    private async Task ForwardAsync(int dataStream, int errorStream, ushort port, Pipe fromClient, CancellationToken left)
    {
        string? error = await new PodConnection(pod, port, time).ForwardAsync(
            fromClient, data => _connection.TrySendAsync(SpdyFrame.DataOf(dataStream, data)), left);
        await _connection.TrySendAsync(SpdyFrame.DataOf(errorStream, Encoding.UTF8.GetBytes(error ?? ""), isLast: true));
        await _connection.TrySendAsync(SpdyFrame.DataOf(dataStream, default, isLast: true));
    }

    private async Task TakeAsync(SpdyFrame frame, Pipe data, CancellationToken left)
    {
        try
        {
            await data.WriteAsync(frame.Content, left);
        }
        catch (Exception exception) when (exception is BrokenPipeException or OperationCanceledException)
        {
            // The connection has ended.
        }

        if (frame.IsLast)
        {
            _dataStreams.Remove(frame.Stream);
            data.CloseWriter();
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var limit = new CancellationTokenSource(StreamConnection.CloseTime);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The client did not wait for it.
        }
    }
}
