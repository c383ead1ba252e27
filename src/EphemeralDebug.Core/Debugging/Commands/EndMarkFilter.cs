namespace EphemeralDebug.Debugging.Commands;

/// <summary>
/// Takes the mark of <see cref="MarkedCommand"/> out of the error output. Nothing is held back but what may be its
/// beginning.
/// </summary>
internal sealed class EndMarkFilter(ReadOnlyMemory<byte> mark)
{
    private byte[] _held = [];

    /// <summary>The mark was there: the command is done.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes output in, and returns what of it is certainly not the mark.</summary>
    public ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> data)
    {
        if (IsDone)
        {
            return data;
        }

        if (_held.Length == 0 && data.Span.IndexOf(mark.Span[0]) < 0)
        {
            return data;
        }

        byte[] text = [.. _held, .. data.Span];
        int start = text.AsSpan().IndexOf(mark.Span);
        if (start >= 0)
        {
            IsDone = true;
            _held = [];
            return (byte[])[.. text.AsSpan(0, start), .. text.AsSpan(start + mark.Length)];
        }

        int kept = LengthOfBeginning(text);
        _held = text[^kept..];
        return text.AsMemory(0, text.Length - kept);
    }

    /// <summary>What was held back and is no mark, when nothing more comes.</summary>
    public ReadOnlyMemory<byte> Complete() => _held;

    /// <summary>How much of the end of the text the mark begins with.</summary>
    private int LengthOfBeginning(ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, mark.Length - 1);
        while (length > 0 && !text.EndsWith(mark.Span[..length]))
        {
            length--;
        }

        return length;
    }
}
