namespace EphemeralDebug.Core.Tests.Errors;

public sealed class ControlCharactersTests
{
    [Theory]
    [InlineData("plain text, \t tabs and \n lines stay", "plain text, \t tabs and \n lines stay")]
    [InlineData("red \u001b[31mtext", "red \\u001b[31mtext")]
    [InlineData("back\rto the start", "back\\u000dto the start")]
    [InlineData("bell\a", "bell\\u0007")]
    [InlineData("c1 \u009b31m", "c1 \\u009b31m")]
    [InlineData("over\u202eride", "over\\u202eride")]
    [InlineData("zero\u200bwidth", "zero\\u200bwidth")]
    [InlineData("tag \U000e0041", "tag \\U000e0041")]
    [InlineData("smile \U0001f600", "smile \U0001f600")]
    [InlineData("", "")]
    [InlineData("ümläut und 漢字", "ümläut und 漢字")]
    public void Control_characters_are_written_out(string text, string visible) =>
        Assert.Equal(visible, ControlCharacters.MakeVisible(text));
}
