using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace EphemeralDebug.Api;

/// <summary>
/// Requests to one API server. Every failure is an <see cref="EphemeralDebugException"/>; every plain request ends
/// within <see cref="RequestTimeout"/>.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>
    /// The first part of the User-Agent. The server takes it as the name of the manager of every field that is written
    /// (metadata.managedFields), which is how this module's pods are told from others later.
    /// </summary>
    public const string Product = "ephemeraldebug";

    private readonly HttpClient _http;

    /// <summary>Creates a client.</summary>
    /// <param name="server">The server's address; a path in it is kept as prefix of every request.</param>
    /// <param name="handler">Authenticates and sends; owned by the client from here on.</param>
    /// <param name="time">Paces what is sent again.</param>
    public ApiClient(Uri server, HttpMessageHandler handler, TimeProvider? time = null)
    {
        Retry = new RetryPolicy(time ?? TimeProvider.System);
        Server = server.AbsolutePath.EndsWith('/') ? server : new Uri(server.GetLeftPart(UriPartial.Path) + '/');
        _http = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue(Product, typeof(ApiClient).Assembly.GetName().Version?.ToString(fieldCount: 3)));
    }

    /// <summary>The server's address, ending in a slash.</summary>
    public Uri Server { get; }

    /// <summary>Says what is sent again, and when.</summary>
    public RetryPolicy Retry { get; }

    /// <summary>
    /// The limit of a request that is answered at once: all but watches and streams. Of an answer that is taken in as it
    /// comes, it is the limit of its beginning and of each silence in it.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads an object into one of the wire types.</summary>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, ApiAction action, CancellationToken cancellationToken) =>
        ExchangeAsync(
            isRead: true,
            () => new HttpRequestMessage(HttpMethod.Get, Resolve(path)),
            (stream, token) => JsonSerializer.DeserializeAsync(stream, type, token),
            action,
            cancellationToken);

    /// <summary>Reads an object whole, with the fields that this code has never heard of.</summary>
    public Task<JsonObject> GetObjectAsync(string path, ApiAction action, CancellationToken cancellationToken) =>
        ExchangeAsync(
            isRead: true,
            () => new HttpRequestMessage(HttpMethod.Get, Resolve(path)),
            ReadObjectAsync,
            action,
            cancellationToken);

    /// <summary>
    /// Sends a patch and returns the changed object. It is sent again only when the server has turned it away unread:
    /// after a lost answer nobody knows here whether it took effect.
    /// </summary>
    public Task<JsonObject> PatchAsync(
        string path, string contentType, JsonNode patch, ApiAction action, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Patch, path, contentType, patch, action, cancellationToken);

    /// <summary>Replaces an object and returns it as it then is. Sent again as <see cref="PatchAsync"/> is.</summary>
    public Task<JsonObject> PutAsync(string path, JsonNode body, ApiAction action, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Put, path, "application/json", body, action, cancellationToken);

    /// <summary>Asks the server a question that is sent as an object, such as whether something is allowed. It changes nothing.</summary>
    public Task<JsonObject> ReviewAsync(string path, JsonObject question, ApiAction action, CancellationToken cancellationToken) =>
        ExchangeAsync(
            isRead: true,
            () => new HttpRequestMessage(HttpMethod.Post, Resolve(path))
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(question, ApiJson.Default.JsonNode))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            },
            ReadObjectAsync,
            action,
            cancellationToken);

    /// <summary>Creates an object and returns it as the server made it. Sent again as <see cref="PatchAsync"/> is.</summary>
    public Task<JsonObject> PostAsync(string path, JsonNode body, ApiAction action, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Post, path, "application/json", body, action, cancellationToken);

    /// <summary>Deletes an object. The answer is the object as it then is, or a Status.</summary>
    public Task<JsonObject> DeleteAsync(string path, JsonNode options, ApiAction action, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Delete, path, "application/json", options, action, cancellationToken);

    /// <summary>
    /// Begins a read whose answer may be long: it is taken in as it comes. It is not sent again here, since the reader
    /// alone knows how far it got.
    /// </summary>
    /// <param name="path">What to read.</param>
    /// <param name="accept">The media types to choose from.</param>
    /// <param name="action">What the read is for.</param>
    /// <param name="cancellationToken">Ends the read, until the answer is disposed.</param>
    public Task<AnswerBody> OpenAsync(string path, string accept, ApiAction action, CancellationToken cancellationToken) =>
        OpenAsync(path, accept, action, RequestTimeout, cancellationToken);

    /// <summary>The same with a limit of its own for the answer's beginning and for each silence in it, which may be infinite.</summary>
    public Task<AnswerBody> OpenAsync(
        string path, string accept, ApiAction action, TimeSpan silence, CancellationToken cancellationToken) =>
        WithinLimitAsync(
            action,
            silence,
            async limit =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, Resolve(path)) { Headers = { { "Accept", accept } } };
                request.Options.Set(ResponseCompression.IsLong, true);
                HttpResponseMessage response = await SendAsync(request, action, limit);
                Stream stream = await response.Content.ReadAsStreamAsync(limit);
                return new AnswerBody(response, stream, action, silence, Server, cancellationToken);
            },
            cancellationToken);

    /// <summary>
    /// Sends a request and returns once the headers of a successful answer are here. For watches and upgrades; the
    /// caller reads and disposes the answer.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, ApiAction action, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            using (request)
            {
                if (request.VersionPolicy is HttpVersionPolicy.RequestVersionOrLower)
                {
                    request.Version = HttpVersion.Version20;
                }

                if (request.Headers.Accept.Count == 0)
                {
                    request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
                }

                response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
        }
        catch (HttpRequestException exception)
        {
            throw ConnectionErrors.From(exception, Server);
        }

        ServerWarnings.Note(response);
        if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.SwitchingProtocols)
        {
            return response;
        }

        using (response)
        {
            try
            {
                throw await StatusErrors.ReadAsync(response, action, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                throw ConnectionErrors.Lost(exception, Server);
            }
        }
    }

    /// <summary>The absolute address of a path below the server's own.</summary>
    public Uri Resolve(string path) => new(Server, path);

    public void Dispose() => _http.Dispose();

    private static async ValueTask<JsonObject?> ReadObjectAsync(Stream stream, CancellationToken cancellationToken) =>
        await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken) as JsonObject;

    private Task<JsonObject> WriteAsync(
        HttpMethod method, string path, string contentType, JsonNode body, ApiAction action, CancellationToken cancellationToken) =>
        ExchangeAsync(
            isRead: false,
            () => new HttpRequestMessage(method, Resolve(path))
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Default.JsonNode))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue(contentType) },
                },
            },
            ReadObjectAsync,
            action,
            cancellationToken);

    private Task<T> ExchangeAsync<T>(
        bool isRead,
        Func<HttpRequestMessage> createRequest,
        Func<Stream, CancellationToken, ValueTask<T?>> read,
        ApiAction action,
        CancellationToken cancellationToken) =>
        Retry.RunAsync(
            isRead,
            () => WithinLimitAsync(
                action,
                RequestTimeout,
                async token =>
                {
                    using HttpResponseMessage response = await SendAsync(createRequest(), action, token);
                    return await ReadJsonAsync(response, action, read, token);
                },
                cancellationToken),
            cancellationToken);

    private async Task<T> ReadJsonAsync<T>(
        HttpResponseMessage response,
        ApiAction action,
        Func<Stream, CancellationToken, ValueTask<T?>> read,
        CancellationToken cancellationToken)
    {
        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        if (mediaType is not "application/json")
        {
            throw ConnectionErrors.NotKubernetes(action, mediaType, Server);
        }

        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            await using (stream)
            {
                return await read(stream, cancellationToken)
                    ?? throw ConnectionErrors.NotKubernetes(action, mediaType, Server);
            }
        }
        catch (JsonException exception)
        {
            throw ConnectionErrors.NotKubernetes(action, mediaType, Server, exception);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw ConnectionErrors.Lost(exception, Server);
        }
    }

    private async Task<T> WithinLimitAsync<T>(
        ApiAction action, TimeSpan longest, Func<CancellationToken, Task<T>> exchange, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(longest);
        try
        {
            return await exchange(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.IsCancellationRequested)
        {
            throw ConnectionErrors.TimedOut(action, longest, Server);
        }
    }
}
