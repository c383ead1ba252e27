namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>A line of a container's log, with its line feed unless it is a part of a line.</summary>
internal sealed record LogEntry(DateTimeOffset Time, ReadOnlyMemory<byte> Text);

/// <summary>
/// What a container printed, line by line as the container runtime writes it: a CR before the line feed is dropped,
/// long lines are cut, an unfinished line appears when it ends or the container does.
/// </summary>
internal sealed class ContainerLog(TimeProvider time)
{
    private const int LongestLine = 16384;
    private const int MostBytes = 10 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<LogEntry> _entries = new();
    private readonly List<byte>[] _unfinished = [[], []];
    private long _dropped;
    private long _bytes;
    private bool _completed;
    private TaskCompletionSource? _changed;

    /// <summary>Adds output of stream 1 or 2.</summary>
    public void Append(int stream, ReadOnlySpan<byte> output)
    {
        lock (_gate)
        {
            List<byte> line = _unfinished[stream - 1];
            while (!output.IsEmpty)
            {
                int newline = output.IndexOf((byte)'\n');
                int length = Math.Min(newline < 0 ? output.Length : newline, LongestLine - line.Count);
                line.AddRange(output[..length]);
                output = output[length..];
                if (!output.IsEmpty && output[0] == '\n')
                {
                    output = output[1..];
                    Finish(line, isWhole: true);
                }
                else if (line.Count == LongestLine)
                {
                    Finish(line, isWhole: false);
                }
            }
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            foreach (List<byte> line in _unfinished.Where(line => line.Count > 0))
            {
                Finish(line, isWhole: false);
            }

            _completed = true;
            Pulse();
        }
    }

    /// <summary>
    /// The entries from a position on, the position after them, and a task that completes when there is more, null
    /// when nothing more comes.
    /// </summary>
    public (IReadOnlyList<LogEntry> Entries, long Next, Task? More) Read(long position)
    {
        lock (_gate)
        {
            LogEntry[] entries = [.. _entries.Skip((int)Math.Max(position - _dropped, 0))];
            Task? more = _completed ? null : (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            return (entries, _dropped + _entries.Count, more);
        }
    }

    private void Finish(List<byte> line, bool isWhole)
    {
        if (isWhole && line.Count > 0 && line[^1] == '\r')
        {
            line.RemoveAt(line.Count - 1);
        }

        if (isWhole)
        {
            line.Add((byte)'\n');
        }

        _entries.Enqueue(new LogEntry(time.GetUtcNow(), line.ToArray()));
        _bytes += line.Count;
        line.Clear();
        while (_bytes > MostBytes)
        {
            _bytes -= _entries.Dequeue().Text.Length;
            _dropped++;
        }

        Pulse();
    }

    private void Pulse()
    {
        _changed?.TrySetResult();
        _changed = null;
    }
}
