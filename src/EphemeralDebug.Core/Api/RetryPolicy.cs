using System.Net;

namespace EphemeralDebug.Api;

/// <summary>
/// Which requests are sent again, and when: those that the server turned away unread (429, and 503 with a Retry-After),
/// and reads whose connection was dropped. A server that cannot be reached at all is reported at once.
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
            catch (EphemeralDebugException exception) when (failures < MaximumTries && DelayAfter(exception, isRead, failures) is { } delay)
            {
                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    private static TimeSpan? DelayAfter(EphemeralDebugException exception, bool isRead, int failures)
    {
        // Half of each delay is random, so that many who were turned away together do not come back together.
        TimeSpan delay = s_firstDelay * Math.Pow(2, failures - 1) * (0.5 + (Random.Shared.NextDouble() / 2));
        return exception switch
        {
            KubernetesStatusException status when WasTurnedAway(status, isRead) =>
                (status.RetryAfter ?? TimeSpan.Zero) is { } asked && asked <= s_longestDelay ? asked + delay : null,
            { ErrorId: ConnectionErrors.LostId } when isRead => delay,
            _ => null,
        };
    }

    private static bool WasTurnedAway(KubernetesStatusException status, bool isRead) => status.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.ServiceUnavailable => isRead || status.RetryAfter is not null,
        _ => false,
    };
}
