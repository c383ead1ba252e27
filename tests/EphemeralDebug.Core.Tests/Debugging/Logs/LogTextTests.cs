using System.Text;
using EphemeralDebug.Debugging.Logs;

namespace EphemeralDebug.Core.Tests.Debugging.Logs;

public sealed class LogTextTests
{
    private const string Stamp = "2026-01-01T00:00:00.000000001Z ";

    private static readonly string s_part = new('x', 16 * 1024);

    [Fact]
    public void A_long_line_that_bears_a_time_for_every_part_is_one_line() =>
        Assert.Equal([s_part + s_part + "end", "next"], Read($"{Stamp}{s_part}{Stamp}{s_part}{Stamp}end\n{Stamp}next\n"));

    [Fact]
    public void A_long_line_that_bears_one_time_is_one_line() =>
        Assert.Equal([s_part + s_part + "end"], Read($"{Stamp}{s_part}{s_part}end\n"));

    [Fact]
    public void A_time_that_the_container_printed_stays_where_it_is() =>
        Assert.Equal([$"a {Stamp}b", $"{s_part}c {Stamp}d"], Read($"{Stamp}a {Stamp}b\n{Stamp}{s_part}c {Stamp}d\n"));

    [Fact]
    public void A_line_without_an_end_to_it_is_given_in_parts_that_split_no_character()
    {
        string line = string.Concat(Enumerable.Repeat("€", LogText.LongestLine));
        List<string> parts = Read($"{Stamp}{line}\n{Stamp}next\n");
        Assert.Equal(line, string.Concat(parts[..^1]));
        Assert.Equal("next", parts[^1]);
        Assert.All(parts, part => Assert.True(Encoding.UTF8.GetByteCount(part) <= LogText.LongestLine));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("T")]
    [InlineData("2026-01-01T00:00:00 no zone")]
    [InlineData("2026-01-01T00:00:00.Z x")]
    [InlineData("2026-01-01T00:00:00.-1Z x")]
    [InlineData("2026-01-01T00:00:00.+1Z x")]
    [InlineData("2026-01-01T00:00:00.1234567890Z x")]
    [InlineData("2026-01-01T00:00:00.1 x")]
    [InlineData("2026-13-01T00:00:00.1Z x")]
    [InlineData("0001-01-01T00:00:00Z x")]
    [InlineData("9999-01-01T00:00:00Z x")]
    [InlineData("2026-01-01T00:00:00.123456789Zx")]
    public void What_only_looks_like_a_time_is_text(string line)
    {
        Assert.False(LogStamp.TryRead(Encoding.UTF8.GetBytes(line), out _, out _));
        Assert.Equal([line], Read(line + "\n"));
    }

    private static List<string> Read(string log)
    {
        var text = new LogText();
        var lines = new List<string>();
        ReadOnlySpan<byte> left = Encoding.UTF8.GetBytes(log);
        while (!left.IsEmpty)
        {
            Span<byte> room = text.GetRoom().Span;
            int count = Math.Min(Math.Min(room.Length, left.Length), 5000);
            left[..count].CopyTo(room);
            left = left[count..];
            text.Advance(count);
            while (text.TryTake(out StampedText line))
            {
                lines.Add(Encoding.UTF8.GetString(line.Text.Span));
            }
        }

        return lines;
    }
}
