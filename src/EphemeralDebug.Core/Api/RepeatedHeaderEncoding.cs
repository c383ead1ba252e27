using System.Text;

namespace EphemeralDebug.Api;

/// <summary>
/// Writes a header of several values as one line for each. SocketsHttpHandler joins values by commas into one line,
/// which the API server reads as one value ("a, b" would be one group). The values are joined by a character that no
/// value may have, and this encoding writes it as the end of the line and the beginning of the next. HTTP/1.1 only.
/// </summary>
internal sealed class RepeatedHeaderEncoding(string headerName) : Encoding
{
    /// <summary>What stands between two values (the unit separator of ASCII).</summary>
    public const char Separator = '\u001F';

    private readonly string _nextLine = $"\r\n{headerName}: ";

    public override int GetByteCount(char[] chars, int index, int count) =>
        UTF8.GetByteCount(Lines(chars.AsSpan(index, count)));

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        UTF8.GetBytes(Lines(chars.AsSpan(charIndex, charCount)), bytes.AsSpan(byteIndex));

    public override int GetMaxByteCount(int charCount) => UTF8.GetMaxByteCount(charCount * _nextLine.Length);

    public override int GetCharCount(byte[] bytes, int index, int count) => UTF8.GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        UTF8.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    public override int GetMaxCharCount(int byteCount) => UTF8.GetMaxCharCount(byteCount);

    private string Lines(ReadOnlySpan<char> values) =>
        values.ToString().Replace(Separator.ToString(), _nextLine, StringComparison.Ordinal);
}
