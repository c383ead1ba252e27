using System.Text;

namespace EphemeralDebug.Debugging.Commands;

/// <summary>
/// Makes lines of bytes that come in parts: UTF-8, each invalid sequence as U+FFFD, with line ends of Unix or Windows.
/// </summary>
/// <param name="longestLine">In characters; what is longer comes in pieces.</param>
internal sealed class LineSplitter(int longestLine = int.MaxValue)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();

    /// <summary>The lines that the bytes complete.</summary>
    public IReadOnlyList<string> Take(ReadOnlySpan<byte> bytes) => Take(bytes, isLast: false);

    /// <summary>The last line, when it has no end.</summary>
    public IReadOnlyList<string> Complete()
    {
        IReadOnlyList<string> lines = Take([], isLast: true);
        if (_line.Length == 0)
        {
            return lines;
        }

        string last = _line.ToString();
        _line.Clear();
        return [.. lines, last];
    }

    private List<string> Take(ReadOnlySpan<byte> bytes, bool isLast)
    {
        char[] text = new char[_decoder.GetCharCount(bytes, isLast)];
        _decoder.GetChars(bytes, text, isLast);
        ReadOnlySpan<char> rest = text;
        var lines = new List<string>();
        while (rest.IndexOf('\n') is >= 0 and var end)
        {
            Append(rest[..end], lines);
            lines.Add(TakeLine());
            rest = rest[(end + 1)..];
        }

        Append(rest, lines);
        return lines;
    }

    private void Append(ReadOnlySpan<char> text, List<string> lines)
    {
        while (text.Length > longestLine - _line.Length)
        {
            int room = longestLine - _line.Length;
            int cut = room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room;
            _line.Append(text[..cut]);
            lines.Add(_line.ToString());
            _line.Clear();
            text = text[cut..];
        }

        _line.Append(text);
    }

    private string TakeLine()
    {
        int length = _line.Length > 0 && _line[^1] == '\r' ? _line.Length - 1 : _line.Length;
        string line = _line.ToString(0, length);
        _line.Clear();
        return line;
    }
}
