using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Api;

/// <summary>JSON, YAML, protobuf, selectors and ages: the small languages of the API.</summary>
public sealed class TextFormTests
{
    [Theory]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("x", "invalid character 'x' looking for beginning of value")]
    [InlineData("{x", "invalid character 'x' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("{}}", "invalid character '}' after top-level value")]
    [InlineData("nul]", "invalid character ']' in literal null (expecting 'l')")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal")]
    public void What_is_no_json_is_refused_in_the_servers_words(string text, string message)
    {
        JsonSyntaxException exception = Assert.Throws<JsonSyntaxException>(() => JsonReader.Read(Encoding.UTF8.GetBytes(text), out _));
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void A_key_that_comes_twice_is_told_with_its_path_and_the_last_one_counts()
    {
        JsonNode? value = JsonReader.Read("""{"a":[{"b":1,"b":2}]}"""u8, out IReadOnlyList<string> duplicates);
        Assert.Equal(["a[0].b"], duplicates);
        Assert.Equal("""{"a":[{"b":2}]}""", ApiJson.ToText(value));
    }

    [Theory]
    [InlineData("""{"a":"b: c","d":["1",2,true,null,{"e":{},"f":[]}],"g":{"h":"yes","i":"2026-01-01","j":"x\ny"}}""")]
    [InlineData("""[]""")]
    [InlineData("""{"k":[["x"],{"y":[{"z":"- a"}]}]}""")]
    public void What_is_written_as_yaml_reads_as_the_same(string json)
    {
        string yaml = YamlText.Write(JsonNode.Parse(json));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), YamlText.Read(yaml)), yaml);
    }

    [Theory]
    [InlineData("app=web", true)]
    [InlineData("app==web,tier", true)]
    [InlineData("app!=web", false)]
    [InlineData("other!=web", true)]
    [InlineData("app in (api, web),tier notin (back)", true)]
    [InlineData("!app", false)]
    [InlineData("!other", true)]
    [InlineData("count>4,count<6", true)]
    [InlineData("count>5", false)]
    public void Labels_are_selected(string selector, bool selected)
    {
        var labels = new JsonObject { ["app"] = "web", ["tier"] = "front", ["count"] = "5" };
        Assert.Equal(selected, LabelSelector.Parse(selector).Matches(labels));
    }

    [Theory]
    [InlineData(5, "5s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(125, "2m5s")]
    [InlineData(11 * 60, "11m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData((3 * 3600) + 60, "3h1m")]
    [InlineData(30 * 3600, "30h")]
    [InlineData(50 * 3600, "2d2h")]
    [InlineData(400 * 86400, "400d")]
    [InlineData(800 * 86400, "2y70d")]
    public void Ages_are_told_as_kubectl_tells_them(int seconds, string age) =>
        Assert.Equal(age, TableRow.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_protobuf_body_reads_as_the_object_it_is()
    {
        byte[] container = [.. Message(1, Message(1, "debug"), Message(2, "busybox")), .. Message(2, "app")];
        byte[] port = [0x18, 0x50];
        byte[] regular = [.. Message(1, "app"), .. Message(6, port)];
        byte[] pod =
        [
            .. Message(1, Message(1, "web"), Message(11, Message(1, "a"), Message(2, "b"))),
            .. Message(2, Message(2, regular), Message(34, container)),
        ];
        byte[] body = [.. "k8s\0"u8, .. Message(1, Message(1, "v1"), Message(2, "Pod")), .. Message(2, pod)];
        Assert.Equal(
            """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","labels":{"a":"b"}},"spec":{"containers":[{"name":"app","ports":[{"containerPort":80}]}],"ephemeralContainers":[{"name":"debug","image":"busybox","targetContainerName":"app"}]}}""",
            ApiJson.ToText(ProtobufReader.Read(body)));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x6b, 0x38, 0x73, 0, 0x0a, 0xff })]
    public void What_is_no_protobuf_is_refused(byte[] body) => Assert.Throws<JsonSyntaxException>(() => ProtobufReader.Read(body));

    private static byte[] Message(int number, string text) => Message(number, Encoding.UTF8.GetBytes(text));

    /// <summary>A field with a length: its tag takes a second byte from number 16 on.</summary>
    private static byte[] Message(int number, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(part => part)];
        int tag = (number << 3) | 2;
        return tag < 0x80
            ? [(byte)tag, (byte)content.Length, .. content]
            : [(byte)(0x80 | (tag & 0x7f)), (byte)(tag >> 7), (byte)content.Length, .. content];
    }
}
