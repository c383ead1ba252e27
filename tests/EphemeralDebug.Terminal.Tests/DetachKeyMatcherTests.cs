using System.Buffers;
using System.Text;

namespace EphemeralDebug.Terminal.Tests;

public sealed class DetachKeyMatcherTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void A_held_back_beginning_is_passed_on_when_the_next_byte_does_not_fit()
    {
        var matcher = new DetachKeyMatcher(DetachKeys.Default);
        var passed = new ArrayBufferWriter<byte>();
        Assert.False(matcher.Feed("a\x10"u8, passed));
        Assert.Equal("a"u8, passed.WrittenSpan);
        Assert.False(matcher.Feed("b"u8, passed));
        Assert.Equal(Encoding.ASCII.GetBytes("a\x10" + "b"), passed.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_match_may_begin_inside_one_that_failed()
    {
        var matcher = new DetachKeyMatcher(DetachKeys.Default);
        var passed = new ArrayBufferWriter<byte>();
        Assert.True(matcher.Feed("\x10\x10\x11"u8, passed));
        Assert.Equal("\x10"u8, passed.WrittenSpan);
    }

    [Fact]
    public void Without_keys_everything_passes()
    {
        var passed = new ArrayBufferWriter<byte>();
        Assert.False(new DetachKeyMatcher(DetachKeys.None).Feed("\x10\x11"u8, passed));
        Assert.Equal("\x10\x11"u8, passed.WrittenSpan);
    }

    [Fact]
    public void Any_input_in_any_chunks_passes_up_to_the_first_occurrence_of_the_keys()
    {
        var random = new Random(20260101);
        for (int round = 0; round < Rounds; round++)
        {
            // Few different bytes make repetitive keys and many near misses.
            string keys = RandomText(random, random.Next(1, 6));
            string input = RandomText(random, random.Next(0, 40));
            int found = input.IndexOf(keys, StringComparison.Ordinal);
            string expected = found >= 0 ? input[..found] : input[..^HeldBack(keys, input)];
            Assert.Equal((expected, found >= 0), FeedInChunks(keys, input, random));
        }
    }

    private static string RandomText(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "ab"[random.Next(2)]));

    /// <summary>The length of the longest end of the input that the keys begin with.</summary>
    private static int HeldBack(string keys, string input) =>
        Enumerable.Range(0, keys.Length).Last(length => input.EndsWith(keys[..length], StringComparison.Ordinal));

    private static (string Passed, bool Found) FeedInChunks(string keys, string input, Random random)
    {
        var matcher = new DetachKeyMatcher(DetachKeys.Parse(string.Join(',', keys.ToCharArray())));
        var passed = new ArrayBufferWriter<byte>();
        bool found = false;
        for (int start = 0; start < input.Length && !found;)
        {
            int length = random.Next(1, input.Length - start + 1);
            found = matcher.Feed(Encoding.ASCII.GetBytes(input.Substring(start, length)), passed);
            start += length;
        }

        return (Encoding.ASCII.GetString(passed.WrittenSpan), found);
    }
}
