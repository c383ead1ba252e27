namespace EphemeralDebug.Sandbox.Processes;

/// <summary>Reading and writing as programs do it.</summary>
internal static class ProcessStreams
{
    private const int MostInMemory = 64 * 1024 * 1024;

    /// <summary>Prints text on standard output in one write.</summary>
    public static ValueTask WriteAsync(this SimulatedProcess process, string text) =>
        process.WriteAsync(ByteText.Encode(text));

    public static async ValueTask WriteAsync(this SimulatedProcess process, ReadOnlyMemory<byte> data)
    {
        process.Killed.ThrowIfCancellationRequested();
        if (!data.IsEmpty)
        {
            await process.Files[1].WriteAsync(data, process.Killed);
        }
    }

    /// <summary>Prints text on standard error. Errors of that are nobody's business.</summary>
    public static async ValueTask WriteErrorAsync(this SimulatedProcess process, string text)
    {
        try
        {
            if (process.Files.TryGet(2, out OpenFile? file))
            {
                await file.WriteAsync(ByteText.Encode(text), process.Killed);
            }
        }
        catch (SystemCallException)
        {
            // As with a C program's stderr: nowhere to complain.
        }
        catch (OperationCanceledException)
        {
            // The process is dying anyhow.
        }
    }

    /// <summary>Prints <c>name: text</c> on standard error and gives the exit code 1.</summary>
    public static async Task<int> FailAsync(this SimulatedProcess process, string text, int code = 1)
    {
        await process.WriteErrorAsync($"{process.CommandName}: {text}\n");
        return code;
    }

    /// <summary>Everything that is left in the file, up to what fits into a small container.</summary>
    /// <exception cref="SystemCallException">It is too much.</exception>
    public static async Task<byte[]> ReadToEndAsync(this OpenFile file, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[16384];
        int length;
        while ((length = await file.ReadAsync(buffer, cancellation)) > 0)
        {
            if (content.Length + length > MostInMemory)
            {
                throw new SystemCallException(Errno.NoMemory);
            }

            content.Write(buffer, 0, length);
        }

        return content.ToArray();
    }

    /// <summary>Copies everything that is left in the file to standard output, in pieces of up to 32 KiB.</summary>
    public static async Task CopyToOutputAsync(this SimulatedProcess process, OpenFile source)
    {
        byte[] buffer = new byte[32768];
        int length;
        while ((length = await source.ReadAsync(buffer, process.Killed)) > 0)
        {
            await process.WriteAsync(buffer.AsMemory(0, length));
        }
    }
}

/// <summary>Reads a file line by line.</summary>
internal sealed class LineReader(OpenFile file, CancellationToken cancellation)
{
    private readonly byte[] _buffer = new byte[16384];
    private readonly List<byte> _line = [];
    private int _start;
    private int _end;

    /// <summary>Whether the last line that was read ended with a line feed.</summary>
    public bool WasTerminated { get; private set; }

    /// <summary>The next line without its line feed, or null at the end.</summary>
    public async ValueTask<string?> ReadAsync()
    {
        _line.Clear();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await file.ReadAsync(_buffer, cancellation);
                if (_end == 0)
                {
                    WasTerminated = false;
                    return _line.Count == 0 ? null : Decode();
                }
            }

            int newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            int length = newline < 0 ? _end - _start : newline;
            _line.AddRange(_buffer.AsSpan(_start, length));
            _start += newline < 0 ? length : length + 1;
            if (newline >= 0)
            {
                WasTerminated = true;
                return Decode();
            }
        }
    }

    private string Decode() => ByteText.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_line));
}
