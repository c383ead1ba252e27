using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace EphemeralDebug.Sandbox.Tests.Replay;

internal enum Opcode
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>A message as it came over the wire.</summary>
internal sealed record WireMessage(Opcode Opcode, byte[] Payload);

/// <summary>The answer to an upgrade.</summary>
internal sealed record UpgradeAnswer(int Status, IReadOnlyDictionary<string, string[]> Headers, string Body);

/// <summary>
/// A WebSocket client that hides nothing: headers, close codes, pings. The framework's own refuses protocol names and
/// answers that have to be tried here.
/// </summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    private readonly SslStream _stream;
    private readonly SemaphoreSlim _sending = new(1);

    private RawWebSocket(TcpClient tcp, SslStream stream)
    {
        _tcp = tcp;
        _stream = stream;
    }

    /// <summary>Asks for an upgrade; the socket is usable when the answer's status is 101.</summary>
    public static async Task<(RawWebSocket Socket, UpgradeAnswer Answer)> OpenAsync(
        ClusterUnderTest cluster, string user, string target, IReadOnlyList<string>? protocols, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", cluster.Server.Port, cancellationToken);
        var stream = new SslStream(tcp.GetStream());
        var socket = new RawWebSocket(tcp, stream);
        var options = new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", CertificateChainPolicy = cluster.ChainPolicy() };
        if (cluster.Certificate(user) is { } certificate)
        {
            options.ClientCertificates = [certificate];
        }

        await stream.AuthenticateAsClientAsync(options, cancellationToken);
        var request = new StringBuilder($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{cluster.Server.Port}\r\n");
        request.Append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
        request.Append("Sec-WebSocket-Key: ").Append(Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))).Append("\r\n");
        if (cluster.Token(user) is { } token)
        {
            request.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        }

        if (protocols is not null)
        {
            request.Append("Sec-WebSocket-Protocol: ").AppendJoin(", ", protocols).Append("\r\n");
        }

        foreach ((string name, string value) in headers)
        {
            request.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()), cancellationToken);
        return (socket, await socket.ReadAnswerAsync(cancellationToken));
    }

    public async Task SendAsync(Opcode opcode, byte[] payload, CancellationToken cancellationToken)
    {
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)(0x80 | payload.Length)],
            <= ushort.MaxValue => [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [0x80 | 127, 0, 0, 0, 0, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(payload.Length))],
        };
        byte[] mask = RandomNumberGenerator.GetBytes(4);
        byte[] masked = new byte[payload.Length];
        for (int index = 0; index < payload.Length; index++)
        {
            masked[index] = (byte)(payload[index] ^ mask[index % 4]);
        }

        // What the script sends and the answers to pings must not mix.
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _stream.WriteAsync((byte[])[(byte)(0x80 | (int)opcode), .. length, .. mask, .. masked], cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next message, put together from its fragments; null at the end of the connection.</summary>
    public async Task<WireMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        Opcode? first = null;
        var payload = new List<byte>();
        while (true)
        {
            byte[]? head = await ReadAsync(2, cancellationToken);
            if (head is null)
            {
                return null;
            }

            var opcode = (Opcode)(head[0] & 0x0f);
            int length = await ReadLengthAsync(head[1] & 0x7f, cancellationToken);
            byte[]? part = await ReadAsync(length, cancellationToken);
            if (part is null)
            {
                return null;
            }

            if (opcode is Opcode.Close or Opcode.Ping or Opcode.Pong)
            {
                return new WireMessage(opcode, part);
            }

            first ??= opcode;
            payload.AddRange(part);
            if ((head[0] & 0x80) != 0)
            {
                return new WireMessage(first.Value, [.. payload]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
        _sending.Dispose();
    }

    private async Task<int> ReadLengthAsync(int length, CancellationToken cancellationToken)
    {
        if (length < 126)
        {
            return length;
        }

        byte[] extended = await ReadAsync(length == 126 ? 2 : 8, cancellationToken) ?? throw new EndOfStreamException();
        return length == 126 ? BinaryPrimitives.ReadUInt16BigEndian(extended) : (int)BinaryPrimitives.ReadInt64BigEndian(extended);
    }

    private async Task<byte[]?> ReadAsync(int count, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[count];
        try
        {
            int read = await _stream.ReadAtLeastAsync(buffer, count, throwOnEndOfStream: false, cancellationToken);
            return read == count ? buffer : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<UpgradeAnswer> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            byte[] next = await ReadAsync(1, cancellationToken) ?? throw new EndOfStreamException("The server closed the connection before it answered.");
            head.Append((char)next[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        int status = int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        var headers = lines.Skip(1)
            .Select(line => line.Split(':', 2))
            .GroupBy(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase);
        string body = status == 101 ? "" : await ReadBodyAsync(headers, cancellationToken);
        return new UpgradeAnswer(status, headers, body);
    }

    private async Task<string> ReadBodyAsync(Dictionary<string, string[]> headers, CancellationToken cancellationToken)
    {
        if (headers.TryGetValue("Content-Length", out string[]? length))
        {
            int count = int.Parse(length[0], System.Globalization.CultureInfo.InvariantCulture);
            return Encoding.UTF8.GetString(await ReadAsync(count, cancellationToken) ?? []);
        }

        if (!headers.ContainsKey("Transfer-Encoding"))
        {
            return "";
        }

        var body = new List<byte>();
        while (true)
        {
            int size = Convert.ToInt32(await ReadLineAsync(cancellationToken), 16);
            body.AddRange(await ReadAsync(size, cancellationToken) ?? []);
            await ReadLineAsync(cancellationToken);
            if (size == 0)
            {
                return Encoding.UTF8.GetString([.. body]);
            }
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (await ReadAsync(1, cancellationToken) is [var next] && next != '\n')
        {
            line.Append((char)next);
        }

        return line.ToString().TrimEnd('\r');
    }
}
