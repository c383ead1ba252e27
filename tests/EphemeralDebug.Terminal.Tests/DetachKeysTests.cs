namespace EphemeralDebug.Terminal.Tests;

public sealed class DetachKeysTests
{
    [Theory]
    [InlineData("ctrl-p,ctrl-q", new byte[] { 16, 17 })]
    [InlineData("ctrl-@", new byte[] { 0 })]
    [InlineData("ctrl-a", new byte[] { 1 })]
    [InlineData("ctrl-z", new byte[] { 26 })]
    [InlineData("ctrl-[", new byte[] { 27 })]
    [InlineData("ctrl-\\", new byte[] { 28 })]
    [InlineData("ctrl-]", new byte[] { 29 })]
    [InlineData("ctrl-^", new byte[] { 30 })]
    [InlineData("ctrl-_", new byte[] { 31 })]
    [InlineData("DEL", new byte[] { 127 })]
    [InlineData("ctrl-],q", new byte[] { 29, 113 })]
    [InlineData("Ctrl-P,A,~,.", new byte[] { 16, 65, 126, 46 })]
    [InlineData("", new byte[0])]
    public void Keys_are_read_in_dockers_notation(string specification, byte[] expected) =>
        Assert.Equal(expected, DetachKeys.Parse(specification).Sequence.ToArray());

    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-1")]
    [InlineData("ctrl-é")]
    [InlineData("ctrl-pq")]
    [InlineData("alt-p")]
    [InlineData("é")]
    [InlineData("ctrl-p,")]
    [InlineData(",")]
    [InlineData("ctrl-p, ctrl-q")]
    public void What_is_no_key_is_named_in_the_error(string specification)
    {
        FormatException error = Assert.Throws<FormatException>(() => DetachKeys.Parse(specification));
        string wrong = specification.Split(',').First(key => !key.Equals("ctrl-p", StringComparison.Ordinal));
        Assert.StartsWith($"'{wrong}' is no key.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ctrl-p,ctrl-q")]
    [InlineData("ctrl-\\,x,DEL")]
    [InlineData("")]
    public void Keys_are_written_as_they_are_read(string specification) =>
        Assert.Equal(specification, DetachKeys.Parse(specification).ToString());

    [Fact]
    public void Control_p_and_control_q_detach_by_default() =>
        Assert.Equal([16, 17], DetachKeys.Default.Sequence.ToArray());
}
