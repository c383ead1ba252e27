using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Core.Tests.Configuration;

public sealed class YamlWriterTests
{
    [Fact]
    public void A_document_is_written_in_block_style_as_kubectl_does_it()
    {
        JsonNode node = JsonNode.Parse(
            """{"kind":"Pod","spec":{"list":[{"name":"a","args":["-c","echo"]},[1,[2]],[]],"empty":{},"none":null,"yes":true,"n":-1.5}}""")!;
        Assert.Equal(
            """
            kind: Pod
            spec:
              list:
              - name: a
                args:
                - "-c"
                - echo
              - - 1
                - - 2
              - []
              empty: {}
              none: null
              "yes": true
              "n": -1.5

            """,
            YamlWriter.Write(node),
            ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("busybox:1.36", "busybox:1.36")]
    [InlineData("registry.example:5000/a/b", "registry.example:5000/a/b")]
    [InlineData("two words", "two words")]
    [InlineData("/data", "/data")]
    [InlineData("", "\"\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("No", "\"No\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("y", "\"y\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("~", "\"~\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData("0x1", "\"0x1\"")]
    [InlineData("0o17", "\"0o17\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("<<", "\"<<\"")]
    [InlineData("=", "\"=\"")]
    [InlineData(" blank", "\" blank\"")]
    [InlineData("blank ", "\"blank \"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a:", "\"a:\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("- a", "\"- a\"")]
    [InlineData("*a", "\"*a\"")]
    [InlineData("{a}", "\"{a}\"")]
    [InlineData("a\tb", "\"a\tb\"")]
    [InlineData("a\\b", "\"a\\\\b\"")]
    [InlineData("\u001b[31m", "\"\\e[31m\"")]
    [InlineData("---", "\"---\"")]
    [InlineData("line\n", "|\n  line")]
    [InlineData("#!/bin/sh\necho  'a'\n\nexit 1", "|-\n  #!/bin/sh\n  echo  'a'\n\n  exit 1")]
    [InlineData(" first\nline", "\" first\\nline\"")]
    [InlineData("end \nline", "\"end \\nline\"")]
    [InlineData("a\r\nb", "\"a\\r\\nb\"")]
    public void Text_is_quoted_where_a_reader_could_take_it_for_something_else(string text, string yaml) =>
        Assert.Equal($"v: {yaml}\n", YamlWriter.Write(new JsonObject { ["v"] = text }));

    [Theory]
    [InlineData("1e3", "1.0e+3")]
    [InlineData("1.5E-7", "1.5e-7")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    public void Numbers_are_written_so_that_YAML_1_1_takes_them_for_numbers(string json, string yaml) =>
        Assert.Equal($"v: {yaml}\n", YamlWriter.Write(JsonNode.Parse($$"""{"v":{{json}}}""")));

    [Fact]
    public void What_is_written_is_read_as_the_same()
    {
        var random = new Random(20260117);
        for (int i = 0; i < 2000; i++)
        {
            JsonNode? node = RandomNode(random, depth: 0);
            string yaml = YamlWriter.Write(node);
            Assert.True(JsonNode.DeepEquals(node, YamlReader.Read(yaml)), $"{node?.ToJsonString()}\n{yaml}");
        }
    }

    private static JsonNode? RandomNode(Random random, int depth) => random.Next(depth > 3 ? 5 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64() - (random.Next(2) * 1_000_000),
        3 or 4 => RandomText(random),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomNode(random, depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(5)).Select(i => KeyValuePair.Create($"{RandomText(random)}{i}", RandomNode(random, depth + 1)))),
    };

    private static string RandomText(Random random)
    {
        string[] pieces =
            ["a", "B", " ", "\n", "\t", "\r", ":", "#", "-", "?", "'", "\"", "\\", "{", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`",
            "0", "1", ".", "_", "e", "x", "=", "<<", "~", "yes", "null", "true", "é", "世", "😀", "\u0085", "\u2028", "\u00a0", "\ufeff", "\u0001", "\u007f", "---", "..."];
        return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
