using System.Net;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Listing;

/// <summary>
/// Goes through a list of pods, chunk by chunk. While a chunk is read the next one is asked for already. Where a chunk
/// breaks off it is asked for again, and where the list has expired the rest is read as it is now; either way every pod
/// comes once.
/// </summary>
internal sealed class PodListCursor(
    ApiClient client, PodListFormat format, PodListQuery query, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly ListPosition _position = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private PodListChunk? _chunk;
    private Task<PodListChunk>? _ahead;
    private string? _token;
    private int _failures;

    /// <summary>The next pod, or null when there is no other.</summary>
    /// <exception cref="EphemeralDebugException">The list cannot be read, now or to its end.</exception>
    public async ValueTask<PodResource?> NextAsync()
    {
        while (true)
        {
            TimeSpan pause;
            try
            {
                return await ReadAsync();
            }
            catch (EphemeralDebugException failure)
            {
                if (PauseAfter(failure) is not { } possible)
                {
                    throw;
                }

                pause = possible;
            }

            await CloseAsync();
            await client.Retry.PauseAsync(pause, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await CloseAsync();
        _stop.Dispose();
    }

    private async ValueTask<PodResource?> ReadAsync()
    {
        while (true)
        {
            PodListChunk chunk = _chunk ??= await OpenAsync();
            while (await chunk.ReadAsync())
            {
                AskAhead(chunk);
                if (_position.TryPass(chunk.Reader.Key))
                {
                    _failures = 0;
                    if (chunk.Reader.HasEphemeralContainers || !query.OnlyWithEphemeralContainers)
                    {
                        return chunk.GetPod();
                    }
                }
            }

            AskAhead(chunk);
            if (_ahead is null)
            {
                return null;
            }

            _token = chunk.Reader.ContinueToken;
            chunk.Dispose();
            _chunk = null;
        }
    }

    private async Task<PodListChunk> OpenAsync()
    {
        Task<PodListChunk> opening = _ahead ?? RequestAsync(_token);
        try
        {
            return await opening;
        }
        finally
        {
            _ahead = null;
        }
    }

    private void AskAhead(PodListChunk chunk)
    {
        if (_ahead is not null || string.IsNullOrEmpty(chunk.Reader.ContinueToken))
        {
            return;
        }

        // A list that went on with the same chunk for ever would never end.
        _ahead = string.Equals(chunk.Reader.ContinueToken, _token, StringComparison.Ordinal)
            ? throw ConnectionErrors.NotKubernetes(query.Action, mediaType: null, client.Server)
            : RequestAsync(chunk.Reader.ContinueToken);
    }

    private Task<PodListChunk> RequestAsync(string? token) =>
        PodListChunk.OpenAsync(client, query.PathOf(token), format.Accept, query.Action, _stop.Token);

    /// <summary>How long to pause before the list goes on after a failure; null when it cannot.</summary>
    private TimeSpan? PauseAfter(EphemeralDebugException failure)
    {
        if (failure is KubernetesStatusException { StatusCode: HttpStatusCode.NotAcceptable } && format.TryFallBack())
        {
            return TimeSpan.Zero;
        }

        _failures++;
        if (!_position.CanRepeat)
        {
            return null;
        }

        _position.Repeat();
        if (failure is not KubernetesStatusException { StatusCode: HttpStatusCode.Gone } gone)
        {
            return RetryPolicy.DelayAfter(failure, isRead: true, _failures);
        }

        // The token that comes with the refusal goes on after the same key, with the pods as they are now. That is what
        // a list from the beginning gives too, once the pods that came before are passed over; it only costs more.
        _token = string.Equals(gone.ContinueToken, _token, StringComparison.Ordinal) ? null : gone.ContinueToken;
        return RetryPolicy.Backoff(_failures);
    }

    private async ValueTask CloseAsync()
    {
        _chunk?.Dispose();
        _chunk = null;
        if (_ahead is { } ahead)
        {
            _ahead = null;
            await DiscardAsync(ahead);
        }
    }

    private static async Task DiscardAsync(Task<PodListChunk> ahead)
    {
        try
        {
            (await ahead).Dispose();
        }
        catch (Exception exception) when (exception is EphemeralDebugException or OperationCanceledException)
        {
            // Nobody waits for that chunk any more, so nobody needs to hear why it did not come.
        }
    }
}
