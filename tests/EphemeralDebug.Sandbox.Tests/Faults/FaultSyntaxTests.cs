using EphemeralDebug.Sandbox.Faults;

namespace EphemeralDebug.Sandbox.Tests.Faults;

public sealed class FaultSyntaxTests
{
    [Theory]
    [InlineData("", "a fault is missing")]
    [InlineData("explode", "'explode' is no fault")]
    [InlineData("delay", "a time is missing")]
    [InlineData("delay soon", "'soon' is no time")]
    [InlineData("delay 2d", "'2d' is no time")]
    [InlineData("status", "an HTTP status code is missing")]
    [InlineData("status 99", "'99' is no HTTP status code")]
    [InlineData("status 429 retry-after=x", "retry-after= needs a whole number of at least 0, not 'x'")]
    [InlineData("text 500 message='never closed", "A quote is not closed")]
    [InlineData("drop at=-1", "at= needs a whole number of at least 0")]
    [InlineData("drop now", "'now' is not understood here")]
    [InlineData("drop retry-after=2", "'retry-after=2' is not understood here")]
    [InlineData("drop on", "'on' needs to be followed")]
    [InlineData("drop on pods times=0", "times= needs a whole number of at least 1")]
    public void A_rule_that_makes_no_sense_is_refused_with_the_reason(string rule, string reason)
    {
        FormatException exception = Assert.Throws<FormatException>(() => new FaultSyntax(TimeProvider.System).ParseRule(rule));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_says_what_it_is_for_and_how_often()
    {
        FaultRule rule = new FaultSyntax(TimeProvider.System).ParseRule(
            "status 503 message='a b' on GET list pods /api/* ?continue ?limit=5* user=system:* upgrade skip=2 times=3");
        Assert.Equal("GET", rule.Match.Method);
        Assert.Equal("list", rule.Match.Verb);
        Assert.Equal("pods", rule.Match.Resource);
        Assert.Equal("/api/*", rule.Match.Path);
        Assert.Equal([new("continue", "*"), new("limit", "5*")], rule.Match.Query);
        Assert.Equal("system:*", rule.Match.User);
        Assert.True(rule.Match.Upgrade);
        Assert.Equal([false, false, true, true, true, false], Enumerable.Range(0, 6).Select(_ => rule.TryTake()));
    }

    [Theory]
    [InlineData("300ms", 300)]
    [InlineData("1.5s", 1500)]
    [InlineData("2s", 2000)]
    [InlineData("1m", 60_000)]
    public void Times_are_written_with_their_unit(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), FaultWords.ReadDuration(text));
}
