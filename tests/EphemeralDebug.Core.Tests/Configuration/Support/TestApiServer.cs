using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>A request as the server saw it.</summary>
internal sealed record SeenRequest
{
    public required string Path { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    public string Body { get; init; } = "";

    public string? Sni { get; init; }

    public string? ClientCertificate { get; init; }

    /// <summary>The port that the connection came from.</summary>
    public int RemotePort { get; init; }

    public string? Header(string name) =>
        Headers.FirstOrDefault(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>
/// A small HTTP/1.1 server on a loopback address, with or without TLS, that asks for a client certificate and records
/// what arrives. It answers pods, gzipped where the client takes that, and 401 to the token "stale".
/// </summary>
internal sealed class TestApiServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public TestApiServer(IPAddress address, X509Certificate2? certificate)
    {
        _certificate = certificate;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    /// <summary>The status and extra header lines of an answer.</summary>
    public Func<SeenRequest, (int Status, string Headers)> Answer { get; set; } = DefaultAnswer;

    public static (int Status, string Headers) DefaultAnswer(SeenRequest request) =>
        (request.Header("Authorization") == "Bearer stale" ? 401 : 200, "");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                string? sni = null;
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(
                        (_, hello, _, _) =>
                        {
                            // An address is no name to ask for (RFC 6066), though Wine asks.
                            sni = hello.ServerName.Length == 0 || IPAddress.TryParse(hello.ServerName, out _) ? null : hello.ServerName;
                            return ValueTask.FromResult(ServerOptions());
                        },
                        state: null,
                        _stop.Token);
                    stream = tls;
                }

                await using (stream)
                {
                    await AnswerAllAsync(stream, sni, ((IPEndPoint)client.Client.RemoteEndPoint!).Port);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client went away or refused the certificate: what it did is in Requests.
            }
        }
    }

    private SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificate = _certificate,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    private async Task AnswerAllAsync(Stream stream, string? sni, int remotePort)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } requestLine)
        {
            var headers = new List<KeyValuePair<string, string>>();
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
            }

            string length = headers.FirstOrDefault(h => h.Key == "Content-Length").Value ?? "0";
            char[] body = new char[int.Parse(length, CultureInfo.InvariantCulture)];
            if (body.Length > 0)
            {
                // Asked for nothing, the reader would still wait for the next request.
                await reader.ReadBlockAsync(body, _stop.Token);
            }

            var request = new SeenRequest
            {
                Body = new string(body),
                Path = requestLine.Split(' ')[1],
                Headers = headers,
                Sni = sni,
                ClientCertificate = ((stream as SslStream)?.RemoteCertificate as X509Certificate2)
                    ?.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
                RemotePort = remotePort,
            };
            Requests.Enqueue(request);
            await WriteAsync(stream, request);
        }
    }

    private async Task WriteAsync(Stream stream, SeenRequest request)
    {
        (int status, string headers) = Answer(request);
        byte[] body = """{"kind":"Pod","metadata":{"name":"web"}}"""u8.ToArray();
        if (request.Header("Accept-Encoding") == "gzip")
        {
            using var buffer = new MemoryStream();
            await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            {
                await gzip.WriteAsync(body, _stop.Token);
            }

            body = buffer.ToArray();
            headers += "Content-Encoding: gzip\r\n";
        }

        string head = $"HTTP/1.1 {status} x\r\nContent-Length: {body.Length}\r\n{headers}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
        await stream.WriteAsync(body, _stop.Token);
        await stream.FlushAsync(_stop.Token);
    }
}
