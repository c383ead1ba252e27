using System.Net;

namespace EphemeralDebug.Api;

/// <summary>
/// Which requests are sent again, and when: those that the server turned away unread (429, 503 with a Retry-After, an
/// HTTP/2 stream that it refused), and reads whose connection was dropped. A server that cannot be reached at all is reported at once.
/// </summary>
internal sealed class RetryPolicy(TimeProvider time)
{
    private const int MaximumTries = 5;
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>A server that asks for more patience than this gets none: the caller is told instead.</summary>
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(15);

    /// <summary>Sends, and sends again where that is safe.</summary>
    /// <param name="isRead">The request changes nothing.</param>
    /// <param name="send">One try.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<T> RunAsync<T>(bool isRead, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await send();
            }
            catch (EphemeralDebugException exception) when (DelayAfter(exception, isRead, failures) is { } delay)
            {
                await PauseAsync(delay, cancellationToken);
            }
        }
    }

    /// <summary>Waits between two tries.</summary>
    public Task PauseAsync(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, time, cancellationToken);

    /// <summary>How long to wait before another try, or null when there must be none.</summary>
    /// <param name="exception">How the last try ended.</param>
    /// <param name="isRead">The request changes nothing.</param>
    /// <param name="failures">How many tries in a row have failed.</param>
    public static TimeSpan? DelayAfter(EphemeralDebugException exception, bool isRead, int failures) => exception switch
    {
        KubernetesStatusException status when WasTurnedAway(status, isRead) =>
            (status.RetryAfter ?? TimeSpan.Zero) is { } asked && asked <= s_longestDelay ? asked + Backoff(failures) : null,
        { ErrorId: ConnectionErrors.RefusedId } => Backoff(failures),
        { ErrorId: ConnectionErrors.LostId } when isRead => Backoff(failures),
        _ => null,
    };

    /// <summary>
    /// A delay that grows with every failure; null after too many. Half of it is random, so that many who were turned
    /// away together do not come back together.
    /// </summary>
    public static TimeSpan? Backoff(int failures) => failures < MaximumTries
        ? s_firstDelay * Math.Pow(2, failures - 1) * (0.5 + (Random.Shared.NextDouble() / 2))
        : null;

    private static bool WasTurnedAway(KubernetesStatusException status, bool isRead) => status.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.ServiceUnavailable => isRead || status.RetryAfter is not null,
        _ => false,
    };
}
