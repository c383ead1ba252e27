using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Streaming.Support;

/// <summary>The opcodes of RFC 6455.</summary>
internal enum FrameKind : byte
{
    Continuation = 0,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>A frame as a client sent it, unmasked.</summary>
internal sealed record Frame(FrameKind Kind, byte[] Payload);

/// <summary>The server's end of a WebSocket, frame by frame.</summary>
internal sealed class StreamPeer(ScriptedRequest request, TcpClient client, SslStream stream, CancellationToken stop) : IDisposable
{
    private const byte LastFrame = 0x80;

    /// <summary>TLS takes one write at a time, and pings are answered while other things are sent.</summary>
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>The request that was upgraded.</summary>
    public ScriptedRequest Request => request;

    /// <summary>Ends with the test.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Sends a whole message on a channel.</summary>
    public Task SendAsync(byte channel, ReadOnlyMemory<byte> data) => SendFrameAsync(FrameKind.Binary, (byte[])[channel, .. data.Span]);

    public Task SendAsync(byte channel, string text) => SendAsync(channel, Encoding.UTF8.GetBytes(text));

    public async Task SendFrameAsync(FrameKind kind, ReadOnlyMemory<byte> payload, bool last = true)
    {
        byte[] frame = [.. Header(kind, payload.Length, last), .. payload.Span];
        await SendRawAsync(frame);
    }

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync(stop);
        try
        {
            await stream.WriteAsync(bytes, stop);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A frame's header, for frames that are never finished.</summary>
    public static byte[] Header(FrameKind kind, int length, bool last = true)
    {
        byte first = (byte)((byte)kind | (last ? LastFrame : 0));
        if (length < 126)
        {
            return [first, (byte)length];
        }

        byte[] header = new byte[10];
        (header[0], header[1]) = (first, 127);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), (ulong)length);
        return header;
    }

    public async Task<Frame> ReadFrameAsync()
    {
        byte[] header = new byte[2];
        await stream.ReadExactlyAsync(header, stop);
        int length = (header[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await ReadAsync(8)),
            int small => small,
        };
        byte[] mask = await ReadAsync(4);
        byte[] payload = await ReadAsync(length);
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] ^= mask[i % 4];
        }

        return new Frame((FrameKind)(header[0] & 0xF), payload);
    }

    /// <summary>Answers pings until the client leaves, and hands on what else comes.</summary>
    public async Task AnswerPingsAsync(Func<Frame, Task>? other = null)
    {
        while (true)
        {
            Frame frame = await ReadFrameAsync();
            if (frame.Kind is FrameKind.Ping)
            {
                await SendFrameAsync(FrameKind.Pong, frame.Payload);
            }
            else if (other is not null)
            {
                await other(frame);
            }
        }
    }

    /// <summary>Takes whatever comes and says nothing.</summary>
    public async Task SwallowAsync()
    {
        byte[] buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, stop) > 0)
        {
        }
    }

    /// <summary>Ends TLS in order, and the connection with it.</summary>
    public async Task EndTlsAsync()
    {
        await stream.ShutdownAsync();
        client.Client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends the connection without a word of TLS.</summary>
    public void End() => client.Client.Shutdown(SocketShutdown.Both);

    /// <summary>Ends the connection as a host that restarted does.</summary>
    public void Reset() => client.Client.Close(timeout: 0);

    public void Dispose() => _writing.Dispose();

    private async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }
}
