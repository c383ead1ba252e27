using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net.WebSockets;
using System.Text;

namespace EphemeralDebug.Sandbox.Tests.Kubelet;

/// <summary>A client of the port-forward tunnel that speaks as much of SPDY/3.1 as kubectl does there.</summary>
internal sealed class SpdyClient(WebSocket socket, CancellationToken limit) : IDisposable
{
    private readonly HeaderCompressor _headers = new();
    private readonly Dictionary<int, MemoryStream> _streams = [];
    private readonly HashSet<int> _ended = [];
    private readonly List<byte> _received = [];

    /// <summary>Opens the two streams of a connection and sends something on it.</summary>
    public async Task RequestAsync(int request, int port, string text)
    {
        await OpenAsync(ErrorStream(request), "error", request, port, isLast: true);
        await OpenAsync(DataStream(request), "data", request, port, isLast: false);
        await SendAsync(DataStream(request), 0, Encoding.ASCII.GetBytes(text), isControl: false);
    }

    public string Data(int request) => Text(DataStream(request));

    public string Error(int request) => Text(ErrorStream(request));

    /// <summary>Reads until so many streams have ended.</summary>
    public async Task ReadToEndAsync(int streams)
    {
        byte[] buffer = new byte[65536];
        while (_ended.Count < streams)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), limit);
            Assert.NotEqual(WebSocketMessageType.Close, result.MessageType);
            _received.AddRange(buffer.AsSpan(0, result.Count));
            while (TakeFrame())
            {
            }
        }
    }

    public void Dispose() => _headers.Dispose();

    private static int ErrorStream(int request) => (4 * request) + 1;

    private static int DataStream(int request) => (4 * request) + 3;

    private string Text(int stream) => _streams.TryGetValue(stream, out MemoryStream? text) ? Encoding.UTF8.GetString(text.ToArray()) : "";

    private Task OpenAsync(int stream, string type, int request, int port, bool isLast)
    {
        byte[] block = _headers.Compress(
            ("streamtype", type),
            ("port", port.ToString(CultureInfo.InvariantCulture)),
            ("requestid", request.ToString(CultureInfo.InvariantCulture)));
        byte[] content = new byte[10 + block.Length];
        BinaryPrimitives.WriteInt32BigEndian(content, stream);
        block.CopyTo(content, 10);
        return SendAsync(unchecked((int)0x80030001), isLast ? (byte)1 : (byte)0, content, isControl: true);
    }

    private Task SendAsync(int head, byte flags, byte[] content, bool isControl)
    {
        Assert.Equal(isControl, head < 0);
        byte[] frame = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, head);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), content.Length);
        frame[4] = flags;
        content.CopyTo(frame, 8);
        return socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, limit);
    }

    private bool TakeFrame()
    {
        byte[] received = [.. _received];
        int length = received.Length < 8 ? int.MaxValue : BinaryPrimitives.ReadInt32BigEndian(received.AsSpan(4)) & 0xffffff;
        if (received.Length - 8 < length)
        {
            return false;
        }

        int stream = BinaryPrimitives.ReadInt32BigEndian(received);
        if (stream > 0)
        {
            Take(stream, isLast: (received[4] & 1) != 0, received.AsSpan(8, length));
        }

        _received.RemoveRange(0, 8 + length);
        return true;
    }

    private void Take(int stream, bool isLast, ReadOnlySpan<byte> data)
    {
        if (!_streams.TryGetValue(stream, out MemoryStream? text))
        {
            _streams[stream] = text = new MemoryStream();
        }

        text.Write(data);
        if (isLast)
        {
            _ended.Add(stream);
        }
    }

    /// <summary>A zlib stream that claims the preset dictionary and then does not make use of it.</summary>
    private sealed class HeaderCompressor : IDisposable
    {
        private readonly MemoryStream _compressed = new();
        private readonly DeflateStream _plain;

        public HeaderCompressor()
        {
            _compressed.Write([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]);
            _plain = new DeflateStream(_compressed, CompressionLevel.Fastest, leaveOpen: true);
        }

        public byte[] Compress(params (string Name, string Value)[] headers)
        {
            Write(headers.Length);
            foreach ((string name, string value) in headers)
            {
                Write(name);
                Write(value);
            }

            _plain.Flush();
            byte[] block = _compressed.ToArray();
            _compressed.SetLength(0);
            return block;
        }

        public void Dispose()
        {
            _plain.Dispose();
            _compressed.Dispose();
        }

        private void Write(string text)
        {
            Write(text.Length);
            _plain.Write(Encoding.ASCII.GetBytes(text));
        }

        private void Write(int number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            _plain.Write(bytes);
        }
    }
}
