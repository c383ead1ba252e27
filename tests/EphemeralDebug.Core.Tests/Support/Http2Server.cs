using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.Support;

/// <summary>
/// A TLS server on loopback that speaks HTTP/2 frame by frame, so that a test decides what becomes of each request. To
/// clients that want HTTP/1.1 it refuses everything with 403.
/// </summary>
internal sealed class Http2Server : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Http2Request, Task> _play;
    private readonly uint _maximumStreams;
    private readonly Task _accepting;

    public Http2Server(Func<Http2Request, Task> play, uint maximumStreams = 100)
    {
        _play = play;
        _maximumStreams = maximumStreams;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"https://127.0.0.1:{Port}");

    /// <summary>The protocol of every connection, <c>h2</c> or <c>http/1.1</c>, in their order.</summary>
    public ConcurrentQueue<string> Connections { get; } = new();

    public ConcurrentQueue<Http2Request> Requests { get; } = new();

    /// <summary>Whether the connection of a number, from 1 on, answers pings.</summary>
    public Func<int, bool> AnswersPings { get; init; } = _ => true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = TestCertificates.Instance.Server,
                        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                    },
                    _stop.Token);
                Connections.Enqueue(tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? "h2" : "http/1.1");
                await (tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? ServeFramesAsync(tls) : RefuseAsync(tls));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task RefuseAsync(SslStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
        {
        }

        await ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(403, "text/plain", "no"), _stop.Token);
    }

    private async Task ServeFramesAsync(SslStream stream)
    {
        int number = Connections.Count;
        using var connection = new Http2Connection(stream, number, _stop.Token);
        byte[] preface = new byte[24];
        await stream.ReadExactlyAsync(preface, _stop.Token);
        await connection.SendSettingsAsync(_maximumStreams);
        while (true)
        {
            (FrameType type, byte flags, int streamId, byte[] payload) = await connection.ReadAsync();
            bool isAcknowledgement = (flags & 1) != 0;
            switch (type)
            {
                case FrameType.Settings when !isAcknowledgement:
                    await connection.SendAsync(FrameType.Settings, flags: 1, streamId: 0, []);
                    break;
                case FrameType.Ping when !isAcknowledgement && AnswersPings(number):
                    await connection.SendAsync(FrameType.Ping, flags: 1, streamId: 0, payload);
                    break;
                case FrameType.Headers:
                    var request = new Http2Request(connection, streamId);
                    Requests.Enqueue(request);
                    _ = _play(request);
                    break;
            }
        }
    }
}

internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
}

/// <summary>A request that waits to be answered, refused or forgotten.</summary>
internal sealed class Http2Request(Http2Connection connection, int streamId)
{
    /// <summary>The connection's number, from 1 on.</summary>
    public int Connection => connection.Number;

    public Task AnswerAsync(string json) => AnswerAsync(json, isEnd: true);

    /// <summary>Sends the beginning of an answer that stays open.</summary>
    public Task BeginAsync(string json) => AnswerAsync(json, isEnd: false);

    /// <summary>REFUSED_STREAM: the request has not been looked at.</summary>
    public Task RefuseAsync() => connection.SendAsync(FrameType.Reset, flags: 0, streamId, [0, 0, 0, 7]);

    /// <summary>GOAWAY before this and every later request of the connection.</summary>
    public Task SendAwayAsync()
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, Math.Max(0, streamId - 2));
        return connection.SendAsync(FrameType.GoAway, flags: 0, streamId: 0, payload);
    }

    private async Task AnswerAsync(string json, bool isEnd)
    {
        // HPACK (RFC 7541): the status 200 is entry 8 of the static table, content-type is entry 31.
        byte[] mediaType = "application/json"u8.ToArray();
        await connection.SendAsync(FrameType.Headers, flags: 4, streamId, [0x88, 0x0F, 0x10, (byte)mediaType.Length, .. mediaType]);
        await connection.SendAsync(FrameType.Data, (byte)(isEnd ? 1 : 0), streamId, Encoding.UTF8.GetBytes(json));
    }
}

/// <summary>Frames in and out (RFC 9113).</summary>
internal sealed class Http2Connection(Stream stream, int number, CancellationToken cancellationToken) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);

    public int Number => number;

    public void Dispose() => _writing.Dispose();

    public async Task<(FrameType Type, byte Flags, int StreamId, byte[] Payload)> ReadAsync()
    {
        byte[] head = new byte[9];
        await stream.ReadExactlyAsync(head, cancellationToken);
        byte[] payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await stream.ReadExactlyAsync(payload, cancellationToken);
        return ((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
    }

    public Task SendSettingsAsync(uint maximumStreams)
    {
        byte[] payload = [0, 3, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(2), maximumStreams);
        return SendAsync(FrameType.Settings, flags: 0, streamId: 0, payload);
    }

    public async Task SendAsync(FrameType type, byte flags, int streamId, byte[] payload)
    {
        byte[] head = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, flags, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), streamId);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync((byte[])[.. head, .. payload], cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }
}
