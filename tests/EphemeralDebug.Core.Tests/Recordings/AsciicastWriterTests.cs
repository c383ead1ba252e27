using System.Text;
using EphemeralDebug.Recordings;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.Recordings;

public sealed class AsciicastWriterTests : IDisposable
{
    private static readonly AsciicastHeader s_header = new(100, 30, "default/web/debugger", "xterm");

    private readonly MemoryStream _file = new();
    private readonly TestClock _time = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_recording_begins_with_its_header_and_goes_on_with_one_event_a_line_with_its_time()
    {
        using (var recording = new AsciicastWriter(_file, s_header, _time))
        {
            _time.Advance(TimeSpan.FromMilliseconds(1500));
            recording.WriteOutput("$ ls\r\n\u001b[1mé"u8);
            _time.Advance(TimeSpan.FromTicks(12));
            recording.WriteInput("\u0003\"\\"u8);
            _time.Advance(TimeSpan.FromHours(1));
            recording.WriteSize(120, 40);
        }

        Assert.Equal(
            [
                """{"version":2,"width":100,"height":30,"timestamp":1767225600,"title":"default/web/debugger","env":{"TERM":"xterm"}}""",
                """[1.5,"o","$ ls\r\n\u001B[1mé"]""",
                """[1.500001,"i","\u0003\"\\"]""",
                """[3601.500001,"r","120x40"]""",
            ],
            Lines());
    }

    [Fact]
    public void A_size_that_has_not_changed_is_no_event()
    {
        using (var recording = new AsciicastWriter(_file, s_header, _time))
        {
            recording.WriteSize(100, 30);
            recording.WriteSize(80, 24);
            recording.WriteSize(80, 24);
            recording.WriteSize(100, 30);
        }

        Assert.Equal(["""[0,"r","80x24"]""", """[0,"r","100x30"]"""], Lines()[1..]);
    }

    [Fact]
    public void A_character_that_is_cut_is_held_back_until_it_is_whole()
    {
        byte[] text = Encoding.UTF8.GetBytes("aé€😀z");
        using (var recording = new AsciicastWriter(_file, s_header, _time))
        {
            foreach (byte part in text)
            {
                recording.WriteOutput([part]);
                recording.WriteInput([part]);
            }
        }

        foreach (string code in new[] { "o", "i" })
        {
            Assert.Equal(["a", "é", "€", "😀", "z"], Events(code));
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_replaced_and_one_that_stays_cut_ends_the_recording()
    {
        using (var recording = new AsciicastWriter(_file, s_header, _time))
        {
            recording.WriteOutput([0xff, (byte)'a', 0xc3]);
            recording.WriteOutput([(byte)'b', 0xe2, 0x82]);
        }

        Assert.Equal(["\ufffda", "\ufffdb", "\ufffd"], Events("o"));
    }

    [Fact]
    public void Every_event_is_in_the_file_before_the_next()
    {
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "session.cast");
        using var recording = new AsciicastWriter(RecordingFile.Create(path, overwrite: false), s_header, _time);
        recording.WriteOutput("one"u8);
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.EndsWith("[0,\"o\",\"one\"]\n", reader.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_any_more_ends_the_recording_at_a_whole_line_and_nothing_else()
    {
        using var file = new FullDisk(limit: 250);
        using var recording = new AsciicastWriter(file, s_header, _time);
        recording.WriteOutput("one"u8);
        Assert.Null(recording.Failure);
        string before = file.Text;
        recording.WriteOutput(new byte[500]);
        recording.WriteOutput("two"u8);
        Assert.Equal("No space left on device", recording.Failure?.Message);
        Assert.Equal(before, file.Text);
    }

    [SkippableFact]
    public void A_full_device_is_no_failure_of_the_session()
    {
        Skip.IfNot(File.Exists("/dev/full"), "The system has no device that is always full.");
        using var recording = new AsciicastWriter(
            new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), s_header, _time);
        recording.WriteOutput("one"u8);
        Assert.IsAssignableFrom<IOException>(recording.Failure);
    }

    private string[] Lines() => Encoding.UTF8.GetString(_file.ToArray()).TrimEnd('\n').Split('\n');

    private string[] Events(string code) =>
    [
        .. Lines()[1..].Select(static line => System.Text.Json.Nodes.JsonNode.Parse(line)!)
            .Where(line => (string?)line[1] == code).Select(static line => (string)line[2]!),
    ];

    /// <summary>A file on a disk that fills up: it takes what fits, and then fails.</summary>
    private sealed class FullDisk(int limit) : MemoryStream
    {
        public string Text => Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int room = limit - (int)Length;
            base.Write(buffer[..Math.Min(room, buffer.Length)]);
            if (room < buffer.Length)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
