using System.Text;

namespace EphemeralDebug.Terminal.Tests;

public sealed class ScreenTrackerTests
{
    [Theory]
    [InlineData("\x1b[?1049h", "\x1b[?1049l")]
    [InlineData("\x1b[?47h", "\x1b[?47l")]
    [InlineData("\x1b[?25l", "\x1b[?25h")]
    [InlineData("\x1b[?7l", "\x1b[?7h")]
    [InlineData("\x1b[?1h\x1b=", "\x1b[?1l\x1b[?66l")]
    [InlineData("\x1b[?1002;1006h", "\x1b[?1002l\x1b[?1006l")]
    [InlineData("\x1b[?2004h", "\x1b[?2004l")]
    [InlineData("\x1b[1;31m", "\x1b[0m")]
    [InlineData("\x1b[0;1m", "\x1b[0m")]
    [InlineData("\x1b[4h", "\x1b[4l")]
    [InlineData("\x1b(0", "\x1b(B\x0f")]
    [InlineData("\x0e", "\x1b(B\x0f")]
    [InlineData("\x1b[6 q", "\x1b[0 q")]
    [InlineData("\x1b[>4;2m", "\x1b[>4m")]
    [InlineData("\x1b[>1u\x1b[>5u", "\x1b[<2u")]
    [InlineData("\x1b[>1u\x1b[?1049h\x1b[>1u", "\x1b[<1u\x1b[?1049l\x1b[<1u")]
    [InlineData("\x1b[2;23r", "\x1b" + "7\x1b[r\x1b" + "8")]
    [InlineData("\x1b[?1049h\x1b[2;23r", "\x1b[r\x1b[?1049l")]
    public void What_is_left_on_is_undone_and_only_that(string output, string undo)
    {
        foreach (int chunk in Enumerable.Range(1, output.Length))
        {
            Assert.Equal(undo, UndoAfter(output, chunk));
        }
    }

    [Theory]
    [InlineData("plain text, żółć and \x1b[2J\x1b[H sequences\r\n")]
    [InlineData("\x1b[?1049h\x1b[?25l\x1b[31m\x1b[?25h\x1b[m\x1b[?1049l")]
    [InlineData("\x1b[?2004h\x1b[?2004l\x1b=\x1b>\x1b(0\x1b(B\x1b[>1u\x1b[<u\x1b[>4;1m\x1b[>4m")]
    [InlineData("\x1b[?1049h\x1b[?25l\x1b[31m\x1b" + "c")]
    [InlineData("\x1b[31m\x1b[4h\x1b[!p")]
    [InlineData("\x1b[1;31;0m\x1b[2;5r\x1b[r")]
    [InlineData("\x1b]0;a title with [?25l in it\a")]
    [InlineData("\x1bP a string \x1b\\")]
    [InlineData("\x1b[?1000$p\x1b[?u\x1b[6n\x1b[?12l")]
    public void What_was_switched_off_again_or_changes_nothing_needs_no_undoing(string output) =>
        Assert.Equal("", UndoAfter(output, output.Length));

    [Theory]
    [InlineData("\x1b[?10")]
    [InlineData("\x1b]0;tit")]
    [InlineData("\x1b")]
    public void A_sequence_that_was_cut_off_is_canceled(string output) => Assert.Equal("\x18", UndoAfter(output, 1));

    [Theory]
    [InlineData("", "")]
    [InlineData("line\r\n", "")]
    [InlineData("/ # ", "\r\n")]
    [InlineData("/ # vi\r\n\x1b[?1049h text", "\x1b[?1049l")]
    [InlineData("/ # \x1b[?1049h text\r\n", "\x1b[?1049l\r\n")]
    public void A_line_that_was_begun_is_ended_on_demand(string output, string undo)
    {
        var tracker = new ScreenTracker();
        tracker.Track(Encoding.UTF8.GetBytes(output));
        Assert.Equal(undo, Encoding.ASCII.GetString(tracker.Undo(startLine: true)));
    }

    [Fact]
    public void What_was_undone_is_not_undone_again()
    {
        var tracker = new ScreenTracker();
        tracker.Track("text\x1b[?1049h\x1b[31m\x1b[>1u"u8);
        Assert.NotEmpty(tracker.Undo(startLine: true));
        Assert.Empty(tracker.Undo(startLine: true));
    }

    [Fact]
    public void Endless_sequences_and_numbers_are_survived()
    {
        string endless = "\x1b[" + new string('9', 100_000) + "h\x1b[?99999999999;25l";
        Assert.Equal("\x1b[?25h", UndoAfter(endless, 4096));
    }

    private static string UndoAfter(string output, int chunk)
    {
        var tracker = new ScreenTracker();
        foreach (byte[] bytes in Encoding.UTF8.GetBytes(output).Chunk(chunk))
        {
            tracker.Track(bytes);
        }

        return Encoding.ASCII.GetString(tracker.Undo(startLine: false));
    }
}
