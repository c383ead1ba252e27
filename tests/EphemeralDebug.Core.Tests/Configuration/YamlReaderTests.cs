using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>The values were taken from <c>kubectl config view --raw -o json</c> (go-yaml 2).</summary>
public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("007", "7")]
    [InlineData("08", "8")]
    [InlineData("0o17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("-0x10", "-16")]
    [InlineData("0b11", "3")]
    [InlineData("0b12", "\"0b12\"")]
    [InlineData("1_000", "1000")]
    [InlineData("0x_1", "1")]
    [InlineData("+5", "5")]
    [InlineData("-0", "0")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("1.5", "1.5")]
    [InlineData(".5", "0.5")]
    [InlineData("+.5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1E-2", "0.01")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData("1_0.5", "10.5")]
    [InlineData(".", "\".\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("y", "true")]
    [InlineData("Off", "false")]
    [InlineData("tRUE", "\"tRUE\"")]
    [InlineData("~", "null")]
    [InlineData("NULL", "null")]
    [InlineData("nuLL", "\"nuLL\"")]
    [InlineData("=", "\"=\"")]
    [InlineData("<<", "\"\\u003C\\u003C\"")]
    [InlineData("x#c", "\"x#c\"")]
    [InlineData("'it''s'", "\"it\\u0027s\"")]
    [InlineData("\"5\"", "\"5\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("!!int \"5\"", "5")]
    [InlineData("!!float 3", "3")]
    [InlineData("!!bool yes", "true")]
    [InlineData("!!null \"\"", "null")]
    [InlineData("!!binary aGVsbG8=", "\"hello\"")]
    [InlineData("!foo 5", "\"5\"")]
    [InlineData("! 5", "\"5\"")]
    [InlineData("{a: b, a: c}", "{\"a\":\"c\"}")]
    public void A_scalar_has_the_type_that_go_yaml_gives_it(string yaml, string json) =>
        Assert.Equal($"{{\"v\":{json}}}", YamlReader.Read($"v: {yaml}\n")!.ToJsonString());

    [Theory]
    [InlineData("1", "1")]
    [InlineData("0x10", "16")]
    [InlineData("yes", "true")]
    [InlineData("1e3", "1000")]
    [InlineData("!!binary aGk=", "hi")]
    public void A_key_that_is_no_text_becomes_text(string yaml, string name) =>
        Assert.Equal(name, ((JsonObject)YamlReader.Read($"{yaml} : v\n")!).Single().Key);

    [Theory]
    [InlineData("{<<: *b, q: 3}", """{"p":1,"q":3}""")]
    [InlineData("{q: 3, <<: *b}", """{"q":2,"p":1}""")]
    [InlineData("{<<: [*b, {p: 9, r: 4}]}", """{"p":1,"r":4,"q":2}""")]
    public void A_merge_key_counts_where_it_stands(string yaml, string json) =>
        Assert.Equal(
            json, YamlReader.Read($"base: &b {{p: 1, q: 2}}\nv: {yaml}\n")!["v"]!.ToJsonString());

    [Theory]
    [InlineData("a: [\n", 2)]
    [InlineData("a: [\nb", 1)]
    [InlineData("a: b\nc: d\n\t- e\n", 2)]
    [InlineData("a: @x\n", 1)]
    [InlineData("a: \"x\\qy\"\n", 1)]
    [InlineData("a: 1\nb: *nope\n", 2)]
    [InlineData("a: 1\nb: .inf\n", 2)]
    [InlineData("a: !!int abc\n", 1)]
    [InlineData("~: x\n", 1)]
    [InlineData("? [1]\n: x\n", 1)]
    [InlineData("a: b\nc: \u0001\n", 2)]
    public void What_is_not_yaml_is_an_error_that_says_where(string yaml, int line)
    {
        FormatException e = Assert.Throws<FormatException>(() => YamlReader.Read(yaml));

        Assert.StartsWith($"line {line}, column ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_of_aliases_do_not_exhaust_memory()
    {
        string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 9).Select(
            i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Assert.Throws<FormatException>(() => YamlReader.Read(bomb));
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_no_crash() =>
        Assert.Throws<FormatException>(() => YamlReader.Read(new string('[', 100_000)));

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    public void An_empty_document_is_null(string yaml) => Assert.Null(YamlReader.Read(yaml));

    [Fact]
    public void Only_the_first_document_counts() =>
        Assert.Equal("a", (string?)YamlReader.Read("v: a\n---\nv: b\n")!["v"]);
}
