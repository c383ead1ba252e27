using System.Text;
using EphemeralDebug.Debugging.Commands;

namespace EphemeralDebug.Core.Tests.Debugging.Commands;

public sealed class EndMarkFilterTests
{
    private static readonly byte[] s_mark = MarkedCommand.EndMark("0123");

    [Theory]
    [InlineData("\u001e0123", "", true)]
    [InlineData("problem\n\u001e0123", "problem\n", true)]
    [InlineData("a\u001e0123late", "alate", true)]
    [InlineData("a\u001e\u001e0123", "a\u001e", true)]
    [InlineData("a\u001e012", "a\u001e012", false)]
    [InlineData("", "", false)]
    public void The_mark_is_found_wherever_it_is_cut_and_nothing_else_is_taken(string written, string expected, bool isDone)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(written);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var filter = new EndMarkFilter(s_mark);
            string text = Text(filter.Take(bytes.AsMemory(0, cut))) + Text(filter.Take(bytes.AsMemory(cut))) + Text(filter.Complete());
            Assert.Equal(expected, text);
            Assert.Equal(isDone, filter.IsDone);
        }
    }

    [Fact]
    public void What_cannot_be_the_mark_is_not_held_back()
    {
        var filter = new EndMarkFilter(s_mark);
        Assert.Equal("now", Text(filter.Take("now"u8.ToArray())));
        Assert.Equal("a\u001ex", Text(filter.Take("a\u001ex"u8.ToArray())));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
