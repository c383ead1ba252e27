using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EphemeralDebug.Recordings;

/// <summary>
/// Writes a terminal session down as asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/), event by event, so
/// that what has been written is complete whenever it ends. Any thread may call it.
/// </summary>
/// <remarks>A file that cannot be written any more ends the recording and nothing else; see <see cref="Failure"/>.</remarks>
internal sealed class AsciicastWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _file;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly EventText _output = new();
    private readonly EventText _input = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private (int Columns, int Rows) _size;
    private long _length;

    /// <summary>Begins a recording: its times count from here.</summary>
    /// <param name="file">Where it goes, without a buffer of its own: what was written survives the end of this process.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="time">Tells the times.</param>
    public AsciicastWriter(Stream file, AsciicastHeader header, TimeProvider time)
    {
        _file = file;
        _time = time;
        _started = time.GetTimestamp();
        _size = (header.Columns, header.Rows);
        _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        WriteHeader(header);
    }

    /// <summary>Why the recording has ended before the session, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>What the terminal was sent, cut anywhere.</summary>
    public void WriteOutput(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            WriteText("o", _output.Decode(data));
        }
    }

    /// <summary>What was typed, cut anywhere.</summary>
    public void WriteInput(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            WriteText("i", _input.Decode(data));
        }
    }

    /// <summary>The terminal has this size now.</summary>
    public void WriteSize(int columns, int rows)
    {
        lock (_gate)
        {
            if (_size != (columns, rows))
            {
                _size = (columns, rows);
                WriteText("r", string.Create(CultureInfo.InvariantCulture, $"{columns}x{rows}"));
            }
        }
    }

    /// <summary>Ends the recording. A character whose rest never came is written as one that could not be read.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            WriteText("i", _input.Complete());
            WriteText("o", _output.Complete());
            _json.Dispose();
            _file.Dispose();
        }
    }

    private void WriteHeader(AsciicastHeader header)
    {
        _json.WriteStartObject();
        _json.WriteNumber("version", 2);
        _json.WriteNumber("width", header.Columns);
        _json.WriteNumber("height", header.Rows);
        _json.WriteNumber("timestamp", _time.GetUtcNow().ToUnixTimeSeconds());
        _json.WriteString("title", header.Title);
        _json.WriteStartObject("env");
        _json.WriteString("TERM", header.TerminalType);
        _json.WriteEndObject();
        _json.WriteEndObject();
        WriteLine();
    }

    private void WriteText(string code, string text)
    {
        if (text.Length == 0 || Failure is not null)
        {
            return;
        }

        _json.WriteStartArray();
        // Seconds; as a decimal, so that no digits come up that nobody measured.
        _json.WriteNumberValue(Math.Round((decimal)_time.GetElapsedTime(_started).Ticks / TimeSpan.TicksPerSecond, 6));
        _json.WriteStringValue(code);
        _json.WriteStringValue(text);
        _json.WriteEndArray();
        WriteLine();
    }

    private void WriteLine()
    {
        _json.Flush();
        _line.Write("\n"u8);
        try
        {
            _file.Write(_line.WrittenSpan);
            _file.Flush();
            _length += _line.WrittenCount;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception;
            CutOffPartOfLine();
        }

        _line.ResetWrittenCount();
        _json.Reset();
    }

    private void CutOffPartOfLine()
    {
        try
        {
            if (_file.CanSeek)
            {
                _file.SetLength(_length);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The last line stays cut; players take what comes before it.
        }
    }

    /// <summary>Text out of bytes that are cut anywhere: the first bytes of a character are held back for the others.</summary>
    private sealed class EventText
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public string Decode(ReadOnlySpan<byte> data) => Decode(data, flush: false);

        public string Complete() => Decode([], flush: true);

        private string Decode(ReadOnlySpan<byte> data, bool flush)
        {
            char[] characters = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(data.Length));
            try
            {
                return new string(characters, 0, _decoder.GetChars(data, characters, flush));
            }
            finally
            {
                ArrayPool<char>.Shared.Return(characters);
            }
        }
    }
}
