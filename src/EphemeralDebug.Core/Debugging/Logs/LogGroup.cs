using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EphemeralDebug.Debugging.Logs;

/// <summary>
/// The logs of several containers as one: what is there in the order of time, and what is printed later as it comes.
/// </summary>
/// <param name="readers">One for each container; they are disposed with the group.</param>
/// <param name="failed">Told of a log that could not be read, or not on; the others go on.</param>
internal sealed class LogGroup(IReadOnlyList<LogReader> readers, Action<LogSource, EphemeralDebugException> failed) : IDisposable
{
    private const int LinesAtOnce = 256;

    private readonly ConcurrentDictionary<LogReader, bool> _broken = new();

    /// <summary>The lines, some at a time.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> ReadAsync(
        bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (readers.Count > 1)
        {
            await foreach (IReadOnlyList<LogLine> lines in MergeAsync(cancellationToken))
            {
                yield return lines;
            }
        }

        if (follow || readers.Count == 1)
        {
            await foreach (IReadOnlyList<LogLine> lines in InterleaveAsync(follow, cancellationToken))
            {
                yield return lines;
            }
        }
    }

    public void Dispose()
    {
        foreach (LogReader reader in readers)
        {
            reader.Dispose();
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> MergeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = new PriorityQueue<Head, (LogStamp Stamp, int Reader)>();
        for (int index = 0; index < readers.Count; index++)
        {
            await EnqueueAsync(next, new Head(readers[index], index), cancellationToken);
        }

        var merged = new List<LogLine>(LinesAtOnce);
        while (next.TryDequeue(out Head? head, out _))
        {
            merged.Add(head.Line);
            await EnqueueAsync(next, head, cancellationToken);
            if (merged.Count == LinesAtOnce)
            {
                yield return merged;
                merged = new List<LogLine>(LinesAtOnce);
            }
        }

        if (merged.Count > 0)
        {
            yield return merged;
        }
    }

    private async Task EnqueueAsync(
        PriorityQueue<Head, (LogStamp Stamp, int Reader)> next, Head head, CancellationToken cancellationToken)
    {
        if (head.MoveNext() || head.Begin(await TryReadAsync(head.Reader, follow: false, cancellationToken)))
        {
            next.Enqueue(head, (head.Line.Stamp, head.Index));
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> InterleaveAsync(
        bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One batch of each may wait; then their readers do.
        var channel = Channel.CreateBounded<IReadOnlyList<LogLine>>(readers.Count);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = Task.WhenAll(readers.Select(reader => ForwardAsync(reader, follow, channel.Writer, stop.Token)));
        Task closing = reading.ContinueWith(
            ended => channel.Writer.TryComplete(ended.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (IReadOnlyList<LogLine> lines in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return lines;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await closing;
        }
    }

    private async Task ForwardAsync(
        LogReader reader, bool follow, ChannelWriter<IReadOnlyList<LogLine>> writer, CancellationToken cancellationToken)
    {
        while (await TryReadAsync(reader, follow, cancellationToken) is { } lines)
        {
            await writer.WriteAsync(lines, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<LogLine>?> TryReadAsync(LogReader reader, bool follow, CancellationToken cancellationToken)
    {
        if (_broken.ContainsKey(reader))
        {
            return null;
        }

        try
        {
            return await reader.ReadAsync(follow, cancellationToken);
        }
        catch (EphemeralDebugException exception)
        {
            _broken[reader] = true;
            failed(reader.Source, exception);
            return null;
        }
    }

    /// <summary>The next line of one log.</summary>
    private sealed class Head(LogReader reader, int index)
    {
        private IReadOnlyList<LogLine> _lines = [];
        private int _next;

        public LogReader Reader => reader;

        public int Index => index;

        public LogLine Line => _lines[_next];

        public bool MoveNext() => ++_next < _lines.Count;

        public bool Begin(IReadOnlyList<LogLine>? lines)
        {
            _lines = lines ?? [];
            _next = 0;
            return _lines.Count > 0;
        }
    }
}
