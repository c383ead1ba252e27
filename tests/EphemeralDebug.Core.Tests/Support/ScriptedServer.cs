using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EphemeralDebug.Core.Tests.Support;

/// <summary>A request as a scripted server got it.</summary>
internal sealed record ScriptedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as text; empty when there is none.</summary>
    public string Body { get; init; } = "";

    public string Path => Target.Split('?')[0];

    public bool IsWatch => Target.Contains("watch=true", StringComparison.Ordinal);
}

/// <summary>
/// A real HTTP server on loopback whose every connection is played by the test: it reads one request, writes the bytes
/// that the test gives, and closes.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ScriptedRequest, Stream, CancellationToken, Task> _play;
    private readonly Task _accepting;

    public ScriptedServer(Func<ScriptedRequest, Stream, CancellationToken, Task> play)
    {
        _play = play;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public ConcurrentQueue<ScriptedRequest> Requests { get; } = new();

    /// <summary>A server that gives every request the same answer.</summary>
    public static ScriptedServer Answering(int status, string contentType, string body) =>
        new((_, stream, token) => WriteAsync(stream, Answer(status, contentType, body), token));

    public static string Answer(int status, string contentType, string body) => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

    public static async Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

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
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = PlayAsync(client);
        }
    }

    private async Task PlayAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                ScriptedRequest request = await ReadAsync(stream, _stop.Token);
                Requests.Enqueue(request);
                await _play(request, stream, _stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    /// <summary>Reads a request, and its body to the end.</summary>
    public static async Task<ScriptedRequest> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().TrimEnd().Split("\r\n");
        string[] first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(
            pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        byte[] body = headers.TryGetValue("Content-Length", out string? length)
            ? new byte[int.Parse(length, CultureInfo.InvariantCulture)]
            : [];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return new ScriptedRequest(first[0], first[1], headers) { Body = Encoding.UTF8.GetString(body) };
    }
}
