using System.Globalization;
using System.Net;
using System.Text;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Watch;

namespace EphemeralDebug.Debugging.Logs;

/// <summary>
/// Reads the log of one container as it comes, and takes it up again when the connection was lost. It holds no more than
/// one line and what is known of the last ones; whoever reads sets the pace.
/// </summary>
internal sealed class LogReader(ClusterSession session, LogSource source, LogOptions options) : IDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly LogText _text = new();
    private readonly LogPosition _position = new();
    private readonly WatchPatience _patience = new(session.Time);
    private AnswerBody? _answer;
    private DateTimeOffset? _openedAt;
    private LogStamp _last;
    private TimeSpan _pause = s_firstPause;
    private int _failures;
    private bool _wasReadWhole;
    private bool _isOver;
    private bool _hasEnded;

    /// <summary>The container.</summary>
    public LogSource Source => source;

    /// <summary>
    /// The next lines, at least one, or null at the end. Without <paramref name="follow"/> that is the end of what is
    /// there; the log can be read on from it with <paramref name="follow"/>.
    /// </summary>
    /// <exception cref="EphemeralDebugException">There is no log, or the connection could not be had again.</exception>
    public async Task<IReadOnlyList<LogLine>?> ReadAsync(bool follow, CancellationToken cancellationToken)
    {
        while (!_hasEnded)
        {
            List<LogLine>? lines = null;
            TimeSpan pause = TimeSpan.Zero;
            try
            {
                lines = await ReadOnceAsync(follow, cancellationToken);
            }
            catch (KubernetesStatusException exception) when (_openedAt is not null && exception.StatusCode is HttpStatusCode.NotFound)
            {
                // The pod has gone, and its log with it.
                lines = End();
            }
            catch (EphemeralDebugException exception)
            {
                Close();
                pause = DelayAfter(exception) ?? throw LogErrors.Explain(exception);
            }

            if (lines is { Count: > 0 })
            {
                return lines;
            }

            if (lines is null)
            {
                pause = pause > TimeSpan.Zero ? pause : NextPause();
                await session.Client.Retry.PauseAsync(pause, cancellationToken);
            }
        }

        _hasEnded = follow || !options.Follow;
        return null;
    }

    public void Dispose() => Close();

    /// <summary>What one read gives; null when it has to be asked again after a pause.</summary>
    private async Task<List<LogLine>?> ReadOnceAsync(bool follow, CancellationToken cancellationToken)
    {
        if (_answer is null)
        {
            _isOver = follow && _openedAt is not null && await IsOverAsync(cancellationToken);
            _answer = await OpenAsync(follow && !_isOver, cancellationToken);
        }

        int count = await _answer.ReadAsync(_text.GetRoom());
        if (count > 0)
        {
            _text.Advance(count);
            return TakeLines();
        }

        Close();
        _wasReadWhole = true;

        // An answer that was asked for while the container ran may have been cut short without an error.
        return follow && !_isOver ? null : End();
    }

    private List<LogLine> End()
    {
        _hasEnded = true;

        // A line without an end is the container's last one when nothing is printed any more.
        bool isLast = _isOver || !options.Follow;
        return isLast && _text.TakeRest() is { } rest ? ToLines(rest) : [];
    }

    private async Task<bool> IsOverAsync(CancellationToken cancellationToken) =>
        source.HasEndedIn(await session.Pods.GetAsync(source.Namespace, source.Pod, cancellationToken));

    private async Task<AnswerBody> OpenAsync(bool follow, CancellationToken cancellationToken)
    {
        // The kubelet sends nothing at all, not even headers, before a followed log has its first line.
        AnswerBody answer = await session.Client.OpenAsync(
            PathTo(follow),
            "application/json, */*",
            new ApiAction("get", "pods/log", source.Namespace, source.Pod),
            follow ? Timeout.InfiniteTimeSpan : session.Client.RequestTimeout,
            cancellationToken);
        _openedAt ??= session.Time.GetUtcNow();
        _text.Clear();
        _position.Resume();
        return answer;
    }

    private string PathTo(bool follow)
    {
        DateTimeOffset? wanted = options.Since ?? (options.Tail is 0 ? _openedAt : null);
        LogStamp? since = _position.Since ?? (wanted is { } time ? LogStamp.Of(time) : (LogStamp?)null);

        // What was there at the beginning is asked for until it has come: at all, or a first line of it.
        bool begins = _openedAt is null || (_position.Since is null && !_wasReadWhole && options.Tail is not 0);
        return ApiPath.WithQuery(
            ApiPath.Pod(source.Namespace, source.Pod, "log"),
            new KeyValuePair<string, string?>("container", source.Container),
            new KeyValuePair<string, string?>("timestamps", "true"),
            new KeyValuePair<string, string?>("follow", follow ? "true" : null),
            new KeyValuePair<string, string?>("sinceTime", since?.ToSecond()),
            new KeyValuePair<string, string?>("sinceSeconds", since is null && options.Age is { } age ? Number(Math.Max(1, Math.Ceiling(age.TotalSeconds))) : null),
            new KeyValuePair<string, string?>("tailLines", begins && options.Tail is { } tail ? Number(tail) : null));
    }

    private List<LogLine> TakeLines()
    {
        var lines = new List<LogLine>();
        while (_text.TryTake(out StampedText line))
        {
            lines.AddRange(ToLines(line));
        }

        if (lines.Count > 0)
        {
            _patience.Reset();
            _failures = 0;
            _pause = s_firstPause;
        }

        return lines;
    }

    /// <summary>The line, unless it was seen before or is older than was asked for: servers know whole seconds only.</summary>
    private List<LogLine> ToLines(StampedText line)
    {
        bool isTooOld = line.Stamp is { } stamp && options.Since is { } since && stamp < LogStamp.Of(since);
        if (isTooOld || !_position.Take(line.Stamp, line.Text.Span))
        {
            return [];
        }

        _last = line.Stamp ?? _last;
        return [new LogLine(source, _last, line.Stamp is not null, Encoding.UTF8.GetString(line.Text.Span))];
    }

    /// <summary>A log that was open once is tried for longer than one that cannot be had at all.</summary>
    private TimeSpan? DelayAfter(EphemeralDebugException exception) => _openedAt is null
        ? RetryPolicy.DelayAfter(exception, isRead: true, ++_failures)
        : _patience.DelayAfter(exception);

    private TimeSpan NextPause()
    {
        TimeSpan pause = _pause;
        _pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        return pause;
    }

    private void Close()
    {
        _answer?.Dispose();
        _answer = null;
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
