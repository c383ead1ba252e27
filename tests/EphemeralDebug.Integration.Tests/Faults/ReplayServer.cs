using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EphemeralDebug.Integration.Tests.Faults;

/// <summary>How a connection ends after the last byte that was sent on it.</summary>
public enum Ending
{
    /// <summary>By FIN.</summary>
    Close,

    /// <summary>By RST.</summary>
    Reset,
}

/// <summary>Answers every request with the first bytes of a recorded answer, and ends the connection there.</summary>
internal sealed partial class ReplayServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly byte[] _answer;
    private readonly Ending _ending;
    private readonly Task _accepting;

    public ReplayServer(byte[] answer, int length, Ending ending)
    {
        _answer = answer[..length];
        _ending = ending;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new UriBuilder("http", "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port).Uri;

    /// <summary>Ends when the client has closed every connection that it had opened.</summary>
    public Task AllClosed => Task.WhenAll(_connections.Keys);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await AllClosed;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _connections[ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token))] = true;
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                await stream.WriteAsync(Fit(await ReadHeadAsync(stream)), _stop.Token);
                if (_ending is Ending.Reset)
                {
                    client.Client.Close(timeout: 0);
                    return;
                }

                client.Client.Shutdown(SocketShutdown.Send);
                byte[] buffer = new byte[4096];
                while (await stream.ReadAsync(buffer, _stop.Token) > 0)
                {
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // The client was quicker to leave.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>Puts the answer to this request's key in the place of the recorded one; both are as long.</summary>
    private byte[] Fit(string requestHead)
    {
        Match key = WebSocketKey.Match(requestHead);
        Match accept = WebSocketAccept.Match(Encoding.Latin1.GetString(_answer));
        if (!key.Success || !accept.Success)
        {
            return _answer;
        }

        // SHA-1 is what RFC 6455 prescribes.
        byte[] hash = SHA1.HashData(Encoding.ASCII.GetBytes(key.Value + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        byte[] fitted = [.. _answer];
        Encoding.ASCII.GetBytes(Convert.ToBase64String(hash)).CopyTo(fitted, accept.Index);
        return fitted;
    }

    [GeneratedRegex("(?<=Sec-WebSocket-Key: )\\S+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WebSocketKey { get; }

    [GeneratedRegex("(?<=Sec-WebSocket-Accept: )\\S{28}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WebSocketAccept { get; }
}
