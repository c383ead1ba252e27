namespace EphemeralDebug.Api;

/// <summary>
/// An answer that is taken in as it comes. Its length has no limit and neither has the time that it takes as a whole,
/// which may be its reader's; each single read has one.
/// </summary>
internal sealed class AnswerBody : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _stream;
    private readonly ApiAction _action;
    private readonly TimeSpan _limit;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenSource _either;

    public AnswerBody(
        HttpResponseMessage response, Stream stream, ApiAction action, TimeSpan limit, Uri server, CancellationToken cancellationToken)
    {
        _response = response;
        _stream = stream;
        _action = action;
        _limit = limit;
        _cancellation = cancellationToken;
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Server = server;
    }

    public Uri Server { get; }

    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    /// <summary>Reads what is there, or waits for it; 0 at the end.</summary>
    /// <exception cref="EphemeralDebugException">The connection broke, or nothing came within the time limit.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        _either.CancelAfter(_limit);
        try
        {
            return await _stream.ReadAsync(buffer, _either.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw ConnectionErrors.Lost(exception, Server);
        }
        catch (OperationCanceledException) when (!_cancellation.IsCancellationRequested)
        {
            throw ConnectionErrors.TimedOut(_action, _limit, Server);
        }
        finally
        {
            _either.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _stream.Dispose();
        _response.Dispose();
    }
}
