using System.Text;
using System.Text.Unicode;

namespace EphemeralDebug.Sandbox.Processes;

/// <summary>
/// Text as programs hold it: UTF-8, but with any byte that is not UTF-8 kept as a lone surrogate U+DC80…U+DCFF, so
/// that what goes through a variable or a text tool comes out as it was.
/// </summary>
internal static class ByteText
{
    private const char FirstEscape = '\udc80';
    private const char LastEscape = '\udcff';

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)(FirstEscape + bytes[0] - 0x80));
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyInRange(FirstEscape, LastEscape) < 0)
        {
            return ToUtf8(text);
        }

        var bytes = new List<byte>(text.Length);
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) == System.Buffers.OperationStatus.Done)
            {
                bytes.AddRange(ToUtf8(text[..length]));
            }
            else
            {
                length = 1;
                bytes.Add((byte)(text[0] - FirstEscape + 0x80));
            }

            text = text[length..];
        }

        return [.. bytes];
    }

    private static byte[] ToUtf8(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
