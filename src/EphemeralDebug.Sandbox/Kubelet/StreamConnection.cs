using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The channels of exec and attach.</summary>
internal static class StreamChannel
{
    public const byte Stdin = 0;
    public const byte Stdout = 1;
    public const byte Stderr = 2;
    public const byte Status = 3;
    public const byte Resize = 4;
    public const byte Close = 255;
}

/// <summary>A part of a message from the client.</summary>
internal delegate ValueTask ChannelHandler(byte channel, ReadOnlyMemory<byte> data);

/// <summary>Channels on a WebSocket: each message begins with the number of its channel.</summary>
internal sealed class StreamConnection(WebSocket socket, StreamProtocol protocol) : IDisposable
{
    /// <summary>How long a client gets to take part in the closing handshake.</summary>
    public static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    private const int LargestMessage = 32768;
    private const int LargestTextMessage = 16 * 1024 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);

    public StreamProtocol Protocol => protocol;

    /// <summary>Sends one message; the client may be gone, which is nobody's error here.</summary>
    public async Task<bool> TrySendAsync(byte channel, ReadOnlyMemory<byte> data)
    {
        byte[] message = new byte[data.Length + 1];
        message[0] = channel;
        data.CopyTo(message.AsMemory(1));
        return await TrySendAsync(message);
    }

    /// <summary>Copies a process' output to the client until its end, or until the client is gone.</summary>
    public async Task CopyOutputAsync(byte channel, Func<Memory<byte>, ValueTask<int>> read)
    {
        byte[] message = new byte[LargestMessage + 1];
        message[0] = channel;
        int length;
        while ((length = await read(message.AsMemory(1))) > 0 && await TrySendAsync(message.AsMemory(0, length + 1)))
        {
        }
    }

    /// <summary>Hands what the client sends to <paramref name="handle"/> until it leaves.</summary>
    public async Task ReceiveAsync(ChannelHandler handle, CancellationToken cancellation)
    {
        byte[] buffer = new byte[LargestMessage];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                if (protocol.IsBase64)
                {
                    await ReceiveTextAsync(buffer, result, handle, cancellation);
                }
                else if (result.Count > 0)
                {
                    await ReceiveBinaryAsync(buffer, result, handle, cancellation);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The connection was lost, or is not wanted any more.
        }
    }

    /// <summary>Sends the status, if there is one, and closes.</summary>
    public async Task FinishAsync(StreamStatus status)
    {
        if (status.ToText(protocol) is { } text)
        {
            await TrySendAsync(StreamChannel.Status, Encoding.UTF8.GetBytes(text));
        }

        await CloseAsync();
    }

    /// <summary>Begins or answers the closing handshake.</summary>
    public async Task CloseAsync()
    {
        if (!await _sending.WaitAsync(CloseTime))
        {
            return;
        }

        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var limit = new CancellationTokenSource(CloseTime);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The client did not wait for it.
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }

    private async Task<bool> TrySendAsync(ReadOnlyMemory<byte> message)
    {
        await _sending.WaitAsync();
        try
        {
            if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            {
                return false;
            }

            WebSocketMessageType type = protocol.IsBase64 ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            await socket.SendAsync(protocol.IsBase64 ? ToText(message.Span) : message, type, endOfMessage: true, CancellationToken.None);
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

    private static byte[] ToText(ReadOnlySpan<byte> message)
    {
        byte[] text = new byte[1 + Base64.GetMaxEncodedToUtf8Length(message.Length - 1)];
        text[0] = (byte)('0' + message[0]);
        Base64.EncodeToUtf8(message[1..], text.AsSpan(1), out _, out int length);
        return text[..(1 + length)];
    }

    /// <summary>Passes a message on in the pieces that it comes in: it may be of any size.</summary>
    private async Task ReceiveBinaryAsync(byte[] buffer, ValueWebSocketReceiveResult result, ChannelHandler handle, CancellationToken cancellation)
    {
        byte channel = buffer[0];
        await handle(channel, buffer.AsMemory(1, result.Count - 1));
        while (!result.EndOfMessage)
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            await handle(channel, buffer.AsMemory(0, result.Count));
        }
    }

    private async Task ReceiveTextAsync(byte[] buffer, ValueWebSocketReceiveResult result, ChannelHandler handle, CancellationToken cancellation)
    {
        using var message = new MemoryStream();
        message.Write(buffer, 0, result.Count);
        while (!result.EndOfMessage && message.Length < LargestTextMessage)
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            message.Write(buffer, 0, result.Count);
        }

        byte[] text = message.ToArray();
        if (text.Length == 0)
        {
            return;
        }

        byte[] data = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length - 1)];
        if (Base64.DecodeFromUtf8(text.AsSpan(1), data, out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            await handle((byte)(text[0] - '0'), data.AsMemory(0, length));
        }
    }
}
