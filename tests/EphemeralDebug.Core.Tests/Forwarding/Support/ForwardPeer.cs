using System.Buffers.Binary;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace EphemeralDebug.Core.Tests.Forwarding.Support;

/// <summary>The cluster's end of one forwarded connection.</summary>
internal sealed class ForwardPeer(WebSocket socket, TcpClient connection, CancellationToken limit)
{
    public WebSocket Socket => socket;

    /// <summary>Opens the channels as a kubelet does.</summary>
    public async Task OpenAsync(int port)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)port);
        await SendAsync(0, bytes);
        await SendAsync(1, bytes);
    }

    public Task SendAsync(string data) => SendAsync(0, Encoding.UTF8.GetBytes(data));

    public Task FailAsync(string error) => SendAsync(1, Encoding.UTF8.GetBytes(error));

    public async Task SendAsync(byte channel, ReadOnlyMemory<byte> data) => await socket.SendAsync(
        new ReadOnlyMemory<byte>([channel, .. data.Span]), WebSocketMessageType.Binary, endOfMessage: true, limit);

    /// <summary>Sends one message in parts of one byte.</summary>
    public async Task SendBytewiseAsync(params byte[] message)
    {
        for (int i = 0; i < message.Length; i++)
        {
            await socket.SendAsync(message.AsMemory(i, 1), WebSocketMessageType.Binary, i == message.Length - 1, limit);
        }
    }

    /// <summary>The next message's data; null when the WebSocket was closed or lost.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), limit);
            Assert.True(result.MessageType is WebSocketMessageType.Close || (result.EndOfMessage && buffer[0] == 0));
            return result.MessageType is WebSocketMessageType.Close ? null : buffer[1..result.Count];
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Reads until the program has sent this much.</summary>
    public async Task<string> ReceiveAsync(int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(Encoding.UTF8.GetString(await ReceiveAsync() ?? throw new EndOfStreamException()));
        }

        return text.ToString();
    }

    /// <summary>Returns everything to the program, until that closes.</summary>
    public async Task EchoAsync()
    {
        while (await ReceiveAsync() is { } data)
        {
            await SendAsync(0, data);
        }
    }

    public Task CloseAsync() => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, limit);

    /// <summary>Breaks the connection without a word.</summary>
    public void Break() => connection.Client.Close(timeout: 0);
}
