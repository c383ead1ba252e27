namespace EphemeralDebug.Debugging.Logs;

/// <summary>
/// How far a log has been read, so that it can be taken up again without losing or repeating a line. The server can be
/// asked for what came since a second only, so that it sends some lines again. They are known by their time and their
/// text: several may have the same time, and the lines of the two outputs may stand in the log a little out of order.
/// </summary>
internal sealed class LogPosition
{
    /// <summary>More lines than can be out of order, and few enough to be kept for every log that is read.</summary>
    private const int Kept = 1024;

    private readonly Queue<Mark> _recent = new();
    private readonly Dictionary<Mark, int> _expected = [];
    private LogStamp _oldest;
    private int _unstamped;
    private int _unstampedBefore;

    /// <summary>The time since which to ask; null before there was a line with a time.</summary>
    public LogStamp? Since => _recent.TryPeek(out Mark oldest) ? oldest.Stamp : null;

    /// <summary>What is read from here on begins with lines that may have been seen.</summary>
    public void Resume()
    {
        _expected.Clear();
        foreach (Mark mark in _recent)
        {
            _expected[mark] = _expected.GetValueOrDefault(mark) + 1;
        }

        _oldest = Since ?? default;
        _unstampedBefore = _unstamped;
    }

    /// <summary>Says whether a line is new, and remembers it.</summary>
    public bool Take(LogStamp? stamp, ReadOnlySpan<byte> text)
    {
        int hash = Hash(text);
        if (stamp is not { } time)
        {
            // The kubelet's own words, such as that it cannot read the log: not to be said again at every try.
            _unstamped = hash;
            return hash != _unstampedBefore;
        }

        var mark = new Mark(time, hash);
        if (WasSeen(mark))
        {
            return false;
        }

        _unstampedBefore = 0;
        if (_recent.Count == Kept)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue(mark);
        return true;
    }

    private bool WasSeen(Mark mark)
    {
        if (_expected.Count == 0)
        {
            return false;
        }

        if (!_expected.TryGetValue(mark, out int count))
        {
            // New lines come after all that were seen.
            return mark.Stamp <= _oldest;
        }

        if (count == 1)
        {
            _expected.Remove(mark);
        }
        else
        {
            _expected[mark] = count - 1;
        }

        return true;
    }

    private static int Hash(ReadOnlySpan<byte> text)
    {
        var hash = default(HashCode);
        hash.AddBytes(text);
        return hash.ToHashCode();
    }

    private readonly record struct Mark(LogStamp Stamp, int Hash);
}
