namespace EphemeralDebug.Debugging.Logs;

/// <summary>A line of a log as the server sent it.</summary>
/// <param name="Stamp">Its time; null for what bears none.</param>
/// <param name="Text">The line, without stamps and without its end.</param>
internal readonly record struct StampedText(LogStamp? Stamp, ReadOnlyMemory<byte> Text);

/// <summary>
/// Cuts a log that comes in arbitrary pieces into lines. It holds one line at most: what is longer than
/// <see cref="LongestLine"/> is given in parts.
/// </summary>
internal sealed class LogText
{
    /// <summary>The longest line that is kept together, in bytes with its stamps.</summary>
    public const int LongestLine = 1024 * 1024;

    /// <summary>
    /// Runtimes write a long line in parts of this size, each with a time. Kubelets before 1.27 show the time of every part,
    /// in the middle of the line; later ones only the first.
    /// </summary>
    private const int PartLength = 16 * 1024;

    private byte[] _buffer = new byte[8192];
    private int _start;
    private int _searched;
    private int _end;
    private LogStamp? _cutLine;
    private bool _isCut;

    /// <summary>Room for more; tell with <see cref="Advance"/> how much of it was filled. Lines taken before are void then.</summary>
    public Memory<byte> GetRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _searched -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, LongestLine));
        }

        return _buffer.AsMemory(_end);
    }

    public void Advance(int count) => _end += count;

    /// <summary>Takes the next whole line, or the part of one that has become too long.</summary>
    public bool TryTake(out StampedText line)
    {
        int length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (length >= 0)
        {
            int newline = _searched + length;
            line = Read(_start, newline, isCut: false);
            _start = _searched = newline + 1;
            return true;
        }

        _searched = _end;
        if (_end - _start < LongestLine)
        {
            line = default;
            return false;
        }

        int cut = FindCut();
        line = Read(_start, cut, isCut: true);
        _start = cut;
        return true;
    }

    /// <summary>Takes the line that has no end yet, or null when there is none.</summary>
    public StampedText? TakeRest()
    {
        if (_start == _end)
        {
            return null;
        }

        StampedText rest = Read(_start, _end, isCut: false);
        Clear();
        return rest;
    }

    /// <summary>Forgets the line that has no end yet.</summary>
    public void Clear()
    {
        _start = _searched = _end = 0;
        _isCut = false;
    }

    /// <summary>The last place that splits no character of UTF-8.</summary>
    private int FindCut()
    {
        int cut = _end;
        while (cut > _end - 4 && (_buffer[cut - 1] & 0xC0) == 0x80)
        {
            cut--;
        }

        return _buffer[cut - 1] >= 0xC0 ? cut - 1 : _end;
    }

    private StampedText Read(int start, int end, bool isCut)
    {
        LogStamp? stamp = _cutLine;
        if (!_isCut)
        {
            bool isStamped = LogStamp.TryRead(_buffer.AsSpan(start, end - start), out LogStamp read, out int length);
            stamp = isStamped ? read : null;
            end = isStamped ? DropInnerStamps(start + length, end) : end;
            start += isStamped ? length : 0;
        }

        _isCut = isCut;
        _cutLine = stamp;
        return new StampedText(stamp, _buffer.AsMemory(start, end - start));
    }

    private int DropInnerStamps(int start, int end)
    {
        for (int part = start + PartLength; part < end; part += PartLength)
        {
            if (!LogStamp.TryRead(_buffer.AsSpan(part, end - part), out _, out int length))
            {
                break;
            }

            _buffer.AsSpan(part + length, end - part - length).CopyTo(_buffer.AsSpan(part));
            end -= length;
        }

        return end;
    }
}
