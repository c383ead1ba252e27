using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Tests.Kubelet;

/// <summary>A client of exec and attach that remembers what came on which channel.</summary>
internal sealed class ChannelClient : IDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly CancellationTokenSource _limit;
    private readonly SortedDictionary<byte, MemoryStream> _received = [];
    private readonly byte[] _buffer = new byte[65536];

    public ChannelClient(ClientWebSocket socket, TimeSpan patience)
    {
        _socket = socket;
        _limit = new CancellationTokenSource(patience);
    }

    public List<(byte Channel, int Length)> Messages { get; } = [];

    public WebSocketCloseStatus? CloseCode => _socket.CloseStatus;

    public string Output => Text(1);

    public string Errors => Text(2);

    public JsonNode? Status => Text(3).Length > 0 ? JsonNode.Parse(Text(3)) : null;

    public string Text(byte channel) => _received.TryGetValue(channel, out MemoryStream? stream) ? Encoding.UTF8.GetString(stream.ToArray()) : "";

    public Task SendAsync(byte channel, string text) => SendAsync(channel, Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte channel, byte[] data) =>
        _socket.SendAsync((byte[])[channel, .. data], WebSocketMessageType.Binary, endOfMessage: true, _limit.Token);

    public Task EndInputAsync() => SendAsync(255, [0]);

    /// <summary>Reads until the output on a channel contains the text.</summary>
    public async Task ExpectAsync(string text, byte channel = 1)
    {
        while (!Text(channel).Contains(text, StringComparison.Ordinal))
        {
            Assert.True(await ReceiveAsync(), $"the stream ended before '{text}'; it said '{Text(channel)}', status {Text(3)}");
        }
    }

    /// <summary>Reads until that many messages have come, of any channel.</summary>
    public async Task ExpectMessagesAsync(int count)
    {
        while (Messages.Count < count)
        {
            Assert.True(await ReceiveAsync(), "the stream ended");
        }
    }

    /// <summary>Reads to the server's close, and answers it.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }

        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _limit.Token);
    }

    public async Task CloseAsync() => await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _limit.Token);

    public void Abort() => _socket.Abort();

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }

    private async Task<bool> ReceiveAsync()
    {
        int length = 0;
        ValueWebSocketReceiveResult result;
        do
        {
            result = await _socket.ReceiveAsync(_buffer.AsMemory(length), _limit.Token);
            length += result.Count;
        }
        while (!result.EndOfMessage);
        if (result.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        Messages.Add((_buffer[0], length - 1));
        if (!_received.TryGetValue(_buffer[0], out MemoryStream? stream))
        {
            _received[_buffer[0]] = stream = new MemoryStream();
        }

        stream.Write(_buffer, 1, length - 1);
        return true;
    }
}
