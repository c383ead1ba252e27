using System.Net.WebSockets;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward.Spdy;

/// <summary>SPDY/3.1 in a tunnel: the bytes of the connection are those of the WebSocket's messages.</summary>
internal sealed class SpdyConnection(WebSocket socket) : IDisposable
{
    private const int LongestContent = 1 << 20;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly HeaderWriter _headers = new();

    /// <summary>The next frame; null when the client has left.</summary>
    /// <exception cref="InvalidDataException">The client sends what is no SPDY.</exception>
    public async Task<SpdyFrame?> ReceiveAsync(CancellationToken cancellation)
    {
        byte[] head = new byte[SpdyFrame.HeadLength];
        if (!await TryFillAsync(head, cancellation))
        {
            return null;
        }

        int length = SpdyFrame.ContentLength(head);
        if (length > LongestContent)
        {
            throw new InvalidDataException("A frame is too long.");
        }

        byte[] content = new byte[length];
        return await TryFillAsync(content, cancellation) ? SpdyFrame.Parse(head, content) : null;
    }

    /// <summary>Sends a frame; false when the client has left.</summary>
    public Task<bool> TrySendAsync(SpdyFrame frame) => TrySendAsync(() => frame);

    /// <summary>Accepts a stream; false when the client has left.</summary>
    public Task<bool> TryReplyAsync(int stream) => TrySendAsync(() => SpdyFrame.ReplyTo(stream, _headers.WriteNone()));

    public void Dispose()
    {
        _headers.Dispose();
        _sending.Dispose();
    }

    /// <summary>Headers are compressed in the order in which they are sent.</summary>
    private async Task<bool> TrySendAsync(Func<SpdyFrame> createFrame)
    {
        await _sending.WaitAsync();
        try
        {
            if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            {
                return false;
            }

            await socket.SendAsync(createFrame().ToArray(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            return true;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<bool> TryFillAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer, cancellation);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return false;
                }

                buffer = buffer[result.Count..];
            }

            return true;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
