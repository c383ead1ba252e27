using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api.Responses;

/// <summary>Where the bytes of an answer go: compressed when it is long and the client accepts that, as the API server does.</summary>
internal sealed class ResponseBody : IAsyncDisposable
{
    /// <summary>Answers longer than this are compressed.</summary>
    private const int CompressionThreshold = 128 * 1024;

    /// <summary>Bytes that are gathered before they are sent.</summary>
    private const int FlushThreshold = 64 * 1024;

    private readonly GZipStream? _gzip;

    private ResponseBody(PipeWriter writer, GZipStream? gzip)
    {
        Writer = writer;
        _gzip = gzip;
    }

    public PipeWriter Writer { get; }

    /// <summary>Sets the headers for an answer of about that length. What is opened must be disposed of.</summary>
    public static ResponseBody Open(HttpContext context, string contentType, long length)
    {
        HttpResponse response = context.Response;
        response.ContentType = contentType;
        if (length <= CompressionThreshold || !Accepts(context.Request))
        {
            return new ResponseBody(response.BodyWriter, null);
        }

        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append("Vary", "Accept-Encoding");
        var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        return new ResponseBody(PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true)), gzip);
    }

    /// <summary>Sends what was written, when there is enough of it.</summary>
    public async ValueTask FlushIfFullAsync(CancellationToken cancellationToken)
    {
        if (Writer.UnflushedBytes >= FlushThreshold)
        {
            await Writer.FlushAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_gzip is null)
        {
            await Writer.FlushAsync(CancellationToken.None);
            return;
        }

        await Writer.CompleteAsync();
        await _gzip.DisposeAsync();
    }

    private static bool Accepts(HttpRequest request) =>
        request.Headers.AcceptEncoding.ToString().Split(',', StringSplitOptions.TrimEntries).Contains("gzip", StringComparer.Ordinal);
}
