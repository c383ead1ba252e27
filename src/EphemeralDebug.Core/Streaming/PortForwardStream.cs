using System.Buffers;
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using EphemeralDebug.Api;

namespace EphemeralDebug.Streaming;

/// <summary>
/// One connection to a port of a pod. The reader sets the pace: nothing is buffered beyond a part of a message. One task
/// may read while another writes.
/// </summary>
/// <remarks>
/// The first byte of a message is its channel: 0 carries data, 1 what went wrong. The server opens each of them with the
/// port as two bytes. There is no end of one direction alone: either side ends both by closing the WebSocket.
/// </remarks>
internal sealed class PortForwardStream : IAsyncDisposable
{
    private const byte DataChannel = 0;
    private const byte ErrorChannel = 1;
    private const int ChannelCount = 2;

    /// <summary>As client-go cuts what it sends.</summary>
    private const int MaximumChunk = 32 * 1024;

    /// <summary>As much of an error as anybody reads.</summary>
    private const int MaximumErrorBytes = 8 * 1024;

    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly PortForwardRequest _request;
    private readonly PortPrefix[] _prefixes = [new(), new()];
    private readonly ArrayBufferWriter<byte> _error = new();
    private byte _channel;
    private bool _insideMessage;

    private PortForwardStream(WebSocket socket, PortForwardRequest request)
    {
        _socket = socket;
        _request = request;
    }

    /// <summary>Opens a connection. That something listens in the pod is not known yet.</summary>
    /// <exception cref="KubernetesStatusException">The server refused, with its reason.</exception>
    public static async Task<PortForwardStream> OpenAsync(
        ApiClient client, PortForwardRequest request, CancellationToken cancellationToken) =>
        new(await WebSocketUpgrade.OpenAsync(client, request, cancellationToken), request);

    /// <summary>Reads what the pod sent: part of the buffer, which is larger than one byte; empty when the pod has closed the connection.</summary>
    /// <exception cref="EphemeralDebugException">The connection failed in the pod, or was lost on the way.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            ValueWebSocketReceiveResult result = await ReceiveAsync(buffer, cancellationToken);
            if (result.MessageType is WebSocketMessageType.Close)
            {
                return _socket.CloseStatus is WebSocketCloseStatus.NormalClosure
                    ? ReadOnlyMemory<byte>.Empty
                    : throw PortForwardErrors.Lost(_request, _socket.CloseStatusDescription);
            }

            ReadOnlyMemory<byte> data = WithoutPrefixes(buffer[..result.Count], result.EndOfMessage);
            if (_channel is ErrorChannel)
            {
                TakeError(data.Span, result.EndOfMessage);
            }
            else if (!data.IsEmpty)
            {
                return data;
            }
        }
    }

    /// <summary>Sends to the pod.</summary>
    /// <exception cref="EphemeralDebugException">The connection was lost; a read tells more.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(Math.Min(data.Length, MaximumChunk) + 1);
        message[0] = DataChannel;
        try
        {
            while (!data.IsEmpty)
            {
                ReadOnlyMemory<byte> chunk = data[..Math.Min(data.Length, MaximumChunk)];
                chunk.CopyTo(message.AsMemory(1));
                await _socket.SendAsync(
                    message.AsMemory(0, chunk.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
                data = data[chunk.Length..];
            }
        }
        catch (Exception exception) when (IsLoss(exception, cancellationToken))
        {
            throw PortForwardErrors.Lost(_request, exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>Closes the connection, which closes it in the pod too.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var limit = new CancellationTokenSource(s_closeLimit);
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, limit.Token);
            }
            catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The other end is gone already; there is nobody left to tell.
            }
        }

        _socket.Dispose();
    }

    private async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (IsLoss(exception, cancellationToken))
        {
            throw PortForwardErrors.Lost(_request, exception);
        }
    }

    /// <summary>Takes the channel off the first part of a message and the port off the first bytes of a channel.</summary>
    private ReadOnlyMemory<byte> WithoutPrefixes(ReadOnlyMemory<byte> part, bool endOfMessage)
    {
        if (!_insideMessage && !part.IsEmpty)
        {
            _channel = part.Span[0] < ChannelCount
                ? part.Span[0]
                : throw StreamErrors.UpgradeNotUnderstood(_request, $"uses channel {part.Span[0]}, which was not asked for");
            part = part[1..];
        }

        _insideMessage = !endOfMessage;
        PortPrefix prefix = _prefixes[_channel];
        part = part[prefix.Take(part.Span)..];
        return prefix.Port is null || prefix.Port == _request.Port
            ? part
            : throw StreamErrors.UpgradeNotUnderstood(_request, $"speaks of port {prefix.Port}");
    }

    private void TakeError(ReadOnlySpan<byte> part, bool endOfMessage)
    {
        _error.Write(part[..Math.Min(part.Length, MaximumErrorBytes - _error.WrittenCount)]);
        if (endOfMessage && _error.WrittenCount > 0)
        {
            throw PortForwardErrors.Failed(_request, Encoding.UTF8.GetString(_error.WrittenSpan));
        }
    }

    // A cancelled receive aborts the socket, and then the abort may be reported instead of the cancellation.
    private static bool IsLoss(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    /// <summary>The port that a channel opens with, least significant byte first, however it is cut into messages.</summary>
    private sealed class PortPrefix
    {
        private readonly byte[] _bytes = new byte[sizeof(ushort)];
        private int _length;

        /// <summary>The port; null until it is here.</summary>
        public int? Port => _length == _bytes.Length ? BinaryPrimitives.ReadUInt16LittleEndian(_bytes) : null;

        /// <summary>Takes what belongs to the port and says how many bytes that was.</summary>
        public int Take(ReadOnlySpan<byte> data)
        {
            int count = Math.Min(data.Length, _bytes.Length - _length);
            data[..count].CopyTo(_bytes.AsSpan(_length));
            _length += count;
            return count;
        }
    }
}
