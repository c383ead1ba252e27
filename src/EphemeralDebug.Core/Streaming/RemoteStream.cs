using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using EphemeralDebug.Api;

namespace EphemeralDebug.Streaming;

/// <summary>What one read of a stream gave.</summary>
/// <param name="Channel">Output or ErrorOutput.</param>
/// <param name="Data">Part of the buffer that was given; empty when the stream has ended and its status is known.</param>
internal readonly record struct StreamRead(StreamChannel Channel, ReadOnlyMemory<byte> Data);

/// <summary>
/// An open exec or attach. The reader sets the pace: nothing is buffered beyond one message. One task may read while
/// others write.
/// </summary>
internal sealed class RemoteStream : IAsyncDisposable
{
    /// <summary>As client-go cuts standard input.</summary>
    private const int MaximumChunk = 32 * 1024;

    /// <summary>A Status is some hundred bytes; what is longer is not one.</summary>
    private const int MaximumStatusBytes = 64 * 1024;

    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(1);

    /// <summary>A status that has begun is all but here.</summary>
    private static readonly TimeSpan s_statusLimit = TimeSpan.FromSeconds(10);

    private readonly WebSocket _socket;
    private readonly StreamRequest _request;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ArrayBufferWriter<byte> _statusJson = new();
    private StreamChannel _channel;
    private bool _insideMessage;

    private RemoteStream(WebSocket socket, StreamRequest request)
    {
        _socket = socket;
        _request = request;
    }

    /// <summary>How the stream ended; null until a read gave nothing.</summary>
    public ExitStatus? Status { get; private set; }

    /// <summary>Something was printed.</summary>
    public bool HasOutput { get; private set; }

    /// <summary>Standard input can be ended while output goes on: only protocol v5 can.</summary>
    public bool CanCloseInput => _socket.SubProtocol is "v5.channel.k8s.io";

    /// <summary>Opens a stream.</summary>
    /// <exception cref="KubernetesStatusException">The server refused, with its reason.</exception>
    public static async Task<RemoteStream> OpenAsync(ApiClient client, StreamRequest request, CancellationToken cancellationToken) =>
        new(await WebSocketUpgrade.OpenAsync(client, request, cancellationToken), request);

    /// <summary>Reads output, or the end.</summary>
    /// <exception cref="EphemeralDebugException">The connection was lost: it ended without a status.</exception>
    public async ValueTask<StreamRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (Status is null)
        {
            ReadOnlyMemory<byte> data = await ReceiveAsync(buffer, cancellationToken);
            if (_channel is StreamChannel.Status)
            {
                TakeStatus(data.Span);
            }
            else if (!data.IsEmpty && _channel is StreamChannel.Output or StreamChannel.ErrorOutput)
            {
                HasOutput = true;
                return new StreamRead(_channel, data);
            }
        }

        return default;
    }

    /// <summary>Sends to standard input.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            ReadOnlyMemory<byte> chunk = data[..Math.Min(data.Length, MaximumChunk)];
            await SendAsync(StreamChannel.Input, chunk, cancellationToken);
            data = data[chunk.Length..];
        }
    }

    /// <summary>Ends standard input; see <see cref="CanCloseInput"/>.</summary>
    /// <exception cref="EphemeralDebugException">The protocol cannot.</exception>
    public ValueTask CloseInputAsync(CancellationToken cancellationToken) => CanCloseInput
        ? SendAsync(StreamChannel.Close, new[] { (byte)StreamChannel.Input }, cancellationToken)
        : throw StreamErrors.InputCannotEnd(_request);

    /// <summary>Tells the size of the terminal, in characters.</summary>
    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellationToken) => SendAsync(
        StreamChannel.Resize,
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"Width\":{columns},\"Height\":{rows}}}")),
        cancellationToken);

    /// <summary>Leaves. What runs in the container goes on when it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var limit = new CancellationTokenSource(s_closeLimit);
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, limit.Token);
            }
            catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
            {
                // The other end is gone already; there is nobody left to tell.
            }
        }

        _socket.Dispose();
        _sending.Dispose();
    }

    /// <summary>Receives the next part of a message, without the channel byte that a message opens with.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult result = await ReceivePartAsync(buffer, cancellationToken);
        if (result.MessageType is WebSocketMessageType.Close)
        {
            // The status comes before the close, so a close that is read here came without one.
            throw LostOrUnreadable(cause: null);
        }

        bool opens = !_insideMessage;
        _insideMessage = !result.EndOfMessage && (_insideMessage || result.Count > 0);
        if (!opens)
        {
            return buffer[..result.Count];
        }

        // A message, or its first fragment, may be empty: then it is of no channel, or of one that is yet to come.
        _channel = result.Count > 0 ? (StreamChannel)buffer.Span[0] : default;
        return buffer[Math.Min(1, result.Count)..result.Count];
    }

    private async ValueTask<ValueWebSocketReceiveResult> ReceivePartAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource? limit = _statusJson.WrittenCount == 0
            ? null
            : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit?.CancelAfter(s_statusLimit);
        try
        {
            return await _socket.ReceiveAsync(buffer, limit?.Token ?? cancellationToken);
        }
        catch (Exception exception) when (IsLoss(exception, cancellationToken))
        {
            throw LostOrUnreadable(exception);
        }
    }

    /// <summary>A status may come in several messages, as client-go reads it; it is whole when it can be read.</summary>
    private void TakeStatus(ReadOnlySpan<byte> part)
    {
        _statusJson.Write(part);
        if (_statusJson.WrittenCount > MaximumStatusBytes)
        {
            throw StreamErrors.UnreadableStatus(_request, _statusJson.WrittenSpan);
        }

        if (!_insideMessage)
        {
            Status = ExitStatus.Parse(_statusJson.WrittenSpan);
        }
    }

    private EphemeralDebugException LostOrUnreadable(Exception? cause) => _statusJson.WrittenCount > 0
        ? StreamErrors.UnreadableStatus(_request, _statusJson.WrittenSpan)
        : StreamErrors.Lost(_request, cause);

    private async ValueTask SendAsync(StreamChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(data.Length + 1);
        message[0] = (byte)channel;
        data.CopyTo(message.AsMemory(1));
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(
                message.AsMemory(0, data.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (Exception exception) when (IsLoss(exception, cancellationToken))
        {
            throw StreamErrors.Lost(_request, exception);
        }
        finally
        {
            _sending.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    // A cancelled receive aborts the socket, and then the abort may be reported instead of the cancellation.
    private static bool IsLoss(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;
}
