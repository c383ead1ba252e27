using EphemeralDebug.Debugging.Commands;

namespace EphemeralDebug.Core.Tests.Debugging.Commands;

public sealed class LineSplitterTests
{
    public static TheoryData<byte[], string[]> Texts => new()
    {
        { [], [] },
        { "one\ntwo\n"u8.ToArray(), ["one", "two"] },
        { "one\r\ntwo"u8.ToArray(), ["one", "two"] },
        { "\n\nend\n"u8.ToArray(), ["", "", "end"] },
        { "10 %\r20 %\n"u8.ToArray(), ["10 %\r20 %"] },
        { "grün\n🐳"u8.ToArray(), ["grün", "🐳"] },
        { [0xFF, (byte)'a', 0xC3, (byte)'\n', 0xE2, 0x82], ["\uFFFDa\uFFFD", "\uFFFD"] },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Lines_are_the_same_wherever_the_bytes_are_cut(byte[] bytes, string[] expected)
    {
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var splitter = new LineSplitter();
            string[] lines = [.. splitter.Take(bytes.AsSpan(0, cut)), .. splitter.Take(bytes.AsSpan(cut)), .. splitter.Complete()];
            Assert.Equal(expected, lines);
        }
    }

    [Fact]
    public void A_line_that_never_ends_comes_in_pieces_that_cut_no_character()
    {
        var splitter = new LineSplitter(longestLine: 4);
        Assert.Equal(["abc", "🐳de", "fghi"], splitter.Take("abc🐳defghij"u8));
        Assert.Equal(["j"], splitter.Complete());
    }
}
