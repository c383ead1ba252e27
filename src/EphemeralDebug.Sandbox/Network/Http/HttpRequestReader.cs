using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Network.Http;

/// <summary>Reads requests from a connection, one after the other.</summary>
internal sealed class HttpRequestReader(OpenFile connection, CancellationToken cancellation)
{
    private const int LongestHead = 8192;

    private readonly byte[] _buffer = new byte[LongestHead];
    private int _length;

    /// <summary>The next request; null when the client has no more, or sends what is no request.</summary>
    public async Task<HttpRequest?> ReadAsync()
    {
        int end;
        while ((end = FindEnd()) < 0)
        {
            int read = _length == _buffer.Length ? 0 : await connection.ReadAsync(_buffer.AsMemory(_length), cancellation);
            if (read == 0)
            {
                return null;
            }

            _length += read;
        }

        HttpRequest request = Parse(ByteText.Decode(_buffer.AsSpan(0, end)));
        Take(end);
        return await TrySkipBodyAsync(request.BodyLength) ? request : null;
    }

    /// <summary>Where the empty line ends that ends the head; -1 when it has not come.</summary>
    private int FindEnd()
    {
        ReadOnlySpan<byte> read = _buffer.AsSpan(0, _length);
        int strict = read.IndexOf("\r\n\r\n"u8);
        int loose = read.IndexOf("\n\n"u8);
        return strict >= 0 ? strict + 4 : loose >= 0 ? loose + 2 : -1;
    }

    private static HttpRequest Parse(string head)
    {
        string[] lines = head.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            headers[parts[0]] = parts.ElementAtOrDefault(1) ?? "";
        }

        return new HttpRequest(lines.FirstOrDefault() ?? "", headers);
    }

    private async Task<bool> TrySkipBodyAsync(long left)
    {
        while (left > 0)
        {
            if (_length == 0 && (_length = await connection.ReadAsync(_buffer, cancellation)) == 0)
            {
                return false;
            }

            int skipped = (int)Math.Min(left, _length);
            Take(skipped);
            left -= skipped;
        }

        return true;
    }

    private void Take(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
