using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using EphemeralDebug.Api;

namespace EphemeralDebug.Streaming;

/// <summary>
/// Opens a WebSocket by the same client as every other request, so that authentication, proxies and TLS are the same,
/// and a refused upgrade's answer can be read: it says why.
/// </summary>
internal static class WebSocketUpgrade
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>
    /// WebSocket's own limit for the answer to a ping, out of the way of <see cref="SilenceDetectingStream"/>: it has to
    /// be there for pings to be sent at all.
    /// </summary>
    private static readonly TimeSpan s_pongLimit = TimeSpan.FromDays(40);

    /// <summary>Opens the WebSocket of a request.</summary>
    /// <exception cref="KubernetesStatusException">The upgrade was refused.</exception>
    public static async Task<WebSocket> OpenAsync(ApiClient client, WebSocketRequest request, CancellationToken cancellationToken)
    {
        var action = new ApiAction("get", $"pods/{request.Subresource}", request.Namespace, request.Pod);
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        HttpResponseMessage response = await SendAsync(client, request, action, key, cancellationToken);
        try
        {
            string protocol = Check(response, request, key);
            Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return WebSocket.CreateFromStream(
                new SilenceDetectingStream(stream, request.KeepAlive.SilenceLimit),
                new WebSocketCreationOptions
                {
                    IsServer = false,
                    SubProtocol = protocol,
                    KeepAliveInterval = request.KeepAlive.PingInterval,
                    KeepAliveTimeout = s_pongLimit,
                });
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        ApiClient client, WebSocketRequest request, ApiAction action, string key, CancellationToken cancellationToken)
    {
        string path = ApiPath.Pod(request.Namespace, request.Pod, request.Subresource) + request.ToQuery();
        var message = new HttpRequestMessage(HttpMethod.Get, client.Resolve(path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        message.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        message.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        message.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        message.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", string.Join(", ", request.Protocols));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(client.RequestTimeout);
        try
        {
            return await client.SendAsync(message, action, limit.Token);
        }
        catch (KubernetesStatusException exception) when (exception.StatusCode is HttpStatusCode.Forbidden)
        {
            throw StreamErrors.Forbidden(request, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ConnectionErrors.TimedOut(action, client.RequestTimeout, client.Server);
        }
    }

    private static string Check(HttpResponseMessage response, WebSocketRequest request, string key)
    {
        if (response.StatusCode is not HttpStatusCode.SwitchingProtocols)
        {
            throw StreamErrors.UpgradeNotUnderstood(request, $"answered with HTTP {(int)response.StatusCode} in place of 101");
        }

        if (!string.Equals(Header(response, "Sec-WebSocket-Accept"), Accept(key), StringComparison.Ordinal))
        {
            throw StreamErrors.UpgradeNotUnderstood(request, "its answer to the key is wrong");
        }

        return Header(response, "Sec-WebSocket-Protocol") is { } chosen && request.Protocols.Contains(chosen, StringComparer.Ordinal)
            ? chosen
            : throw StreamErrors.UpgradeNotUnderstood(request, $"did not choose {string.Join(" or ", request.Protocols)}");
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;

    // SHA-1 is what RFC 6455 prescribes here; it proves that a WebSocket server answers and protects nothing.
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptGuid)));
}
