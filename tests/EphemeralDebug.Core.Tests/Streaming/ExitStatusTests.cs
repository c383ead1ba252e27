using System.Text;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Core.Tests.Streaming;

public sealed class ExitStatusTests
{
    [Fact]
    public void Success_is_exit_code_0() =>
        Assert.Equal(new ExitStatus(0, null), Parse("""{"metadata":{},"status":"Success"}"""));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("255", 255)]
    [InlineData("3221225786", 3221225786)]
    [InlineData("-1", -1)]
    public void The_exit_code_is_read_from_the_cause_whatever_the_message_says(string message, long expected)
    {
        ExitStatus? status = Parse(
            $$$"""{"status":"Failure","message":"exit code 99","reason":"NonZeroExitCode","details":{"causes":[{"reason":"Other","message":"7"},{"reason":"ExitCode","message":"{{{message}}}"}]}}""");
        Assert.Equal(expected, status?.ExitCode);
    }

    [Fact]
    public void A_command_that_could_not_be_started_has_no_exit_code()
    {
        ExitStatus? status = Parse(
            """{"status":"Failure","message":"Internal error occurred: no such file \u001b[0m","reason":"InternalError","details":{"causes":[{"message":"x"}]},"code":500}""");
        Assert.NotNull(status);
        Assert.Null(status.ExitCode);
        Assert.Equal("Internal error occurred: no such file \\u001b[0m", status.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("not json")]
    public void What_is_no_status_is_not_taken_for_one(string json) => Assert.Null(Parse(json));

    private static ExitStatus? Parse(string json) => ExitStatus.Parse(Encoding.UTF8.GetBytes(json));
}
