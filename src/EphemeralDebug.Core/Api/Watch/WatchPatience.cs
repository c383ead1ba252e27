namespace EphemeralDebug.Api.Watch;

/// <summary>
/// How long a watch goes on trying when it fails: long enough for an API server to be started anew, with delays that grow.
/// </summary>
internal sealed class WatchPatience(TimeProvider time)
{
    /// <summary>A watch that lasted this long was a success, whatever ended it.</summary>
    public static readonly TimeSpan Success = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private long _failingSince;
    private int _failures;

    /// <summary>Says that the watch works.</summary>
    public void Reset() => _failures = 0;

    /// <summary>How long to wait before the next try, or null when there must be none.</summary>
    public TimeSpan? DelayAfter(EphemeralDebugException failure)
    {
        if (failure.Kind is not (FailureKind.Connection or FailureKind.Unavailable or FailureKind.Timeout))
        {
            return null;
        }

        if (_failures++ == 0)
        {
            _failingSince = time.GetTimestamp();
        }

        if (time.GetElapsedTime(_failingSince) > s_limit)
        {
            return null;
        }

        TimeSpan delay = s_firstDelay * Math.Pow(2, Math.Min(_failures, 10) - 1);
        TimeSpan asked = (failure as KubernetesStatusException)?.RetryAfter ?? TimeSpan.Zero;
        return asked > delay ? asked : delay < s_longestDelay ? delay : s_longestDelay;
    }
}
