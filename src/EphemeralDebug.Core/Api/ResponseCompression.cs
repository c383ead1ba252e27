using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace EphemeralDebug.Api;

/// <summary>
/// Asks for answers compressed by gzip and expands them as they are read. Unlike HttpClient's own decompression it can be
/// left out for one request: on one machine a long answer is compressed and expanded in more time than it takes to copy.
/// </summary>
internal sealed class ResponseCompression(HttpMessageHandler transport, bool isOnThisMachine) : DelegatingHandler(transport)
{
    /// <summary>Marks a request whose answer may be long.</summary>
    public static readonly HttpRequestOptionsKey<bool> IsLong = new("EphemeralDebug.IsLong");

    private static readonly StringWithQualityHeaderValue s_gzip = new("gzip");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        bool isLong = request.Options.TryGetValue(IsLong, out bool value) && value;
        if (!(isLong && isOnThisMachine) && !request.Headers.AcceptEncoding.Contains(s_gzip))
        {
            request.Headers.AcceptEncoding.Add(s_gzip);
        }

        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentEncoding is { Count: 1 } encoding
            && encoding.Contains("gzip", StringComparer.OrdinalIgnoreCase))
        {
            response.Content = new ExpandedContent(response.Content);
        }

        return response;
    }

    private sealed class ExpandedContent : HttpContent
    {
        private readonly HttpContent _compressed;

        public ExpandedContent(HttpContent compressed)
        {
            _compressed = compressed;
            foreach ((string name, HeaderStringValues values) in compressed.Headers.NonValidated)
            {
                Headers.TryAddWithoutValidation(name, values);
            }

            Headers.ContentLength = null;
            Headers.ContentEncoding.Clear();
        }

        protected override async Task<Stream> CreateContentReadStreamAsync() =>
            new GZipStream(await _compressed.ReadAsStreamAsync(), CompressionMode.Decompress);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await using Stream expanded = await CreateContentReadStreamAsync();
            await expanded.CopyToAsync(stream);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _compressed.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
