using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Api.Patching;
using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Tests.Api;

public sealed class StrategicMergePatchTests
{
    private const string Pod = """
        {
          "metadata": { "finalizers": ["a/1", "b/2"], "labels": { "x": "1", "y": "2" } },
          "spec": {
            "volumes": [{ "name": "v", "emptyDir": {} }],
            "containers": [{ "name": "one", "image": "i1", "env": [{ "name": "A", "value": "1" }] }, { "name": "two", "image": "i2" }]
          }
        }
        """;

    [Theory]
    [InlineData("a null removes a field", """{"metadata":{"labels":{"x":null}}}""", "metadata.labels", """{"y":"2"}""")]
    [InlineData("replace takes the patch alone", """{"metadata":{"labels":{"$patch":"replace","z":"3"}}}""", "metadata.labels", """{"z":"3"}""")]
    [InlineData("values are added to a list of distinct ones", """{"metadata":{"finalizers":["c/3"]}}""", "metadata.finalizers", """["c/3","a/1","b/2"]""")]
    [InlineData("values are deleted by a directive", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/1"]}}""", "metadata.finalizers", """["b/2"]""")]
    [InlineData("retainKeys drops the other source of a volume", """{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"},"$retainKeys":["name","hostPath"]}]}}""", "spec.volumes", """[{"name":"v","hostPath":{"path":"/"}}]""")]
    [InlineData("an item is merged by its key, in place", """{"spec":{"containers":[{"name":"two","image":"new"}]}}""", "spec.containers.1", """{"name":"two","image":"new"}""")]
    [InlineData("a nested list is merged too", """{"spec":{"containers":[{"name":"one","env":[{"name":"B","value":"2"}]}]}}""", "spec.containers.0.env", """[{"name":"B","value":"2"},{"name":"A","value":"1"}]""")]
    [InlineData("an item is deleted by a directive", """{"spec":{"containers":[{"name":"one","$patch":"delete"}]}}""", "spec.containers", """[{"name":"two","image":"i2"}]""")]
    [InlineData("a list is replaced by a directive", """{"spec":{"containers":[{"$patch":"replace"},{"name":"three"}]}}""", "spec.containers", """[{"name":"three"}]""")]
    public void The_patch_is_applied(string rule, string patch, string path, string expected)
    {
        JsonObject result = StrategicMergePatch.Apply(SchemaCatalog.Pod, Parse(Pod), Parse(patch));
        JsonNode? actual = path.Split('.').Aggregate(
            (JsonNode?)result,
            (node, step) => int.TryParse(step, CultureInfo.InvariantCulture, out int index) ? node![index] : node![step]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"{rule}: {actual?.ToJsonString()}");
    }

    [Fact]
    public void New_items_come_first_in_the_order_of_the_patch()
    {
        JsonObject result = StrategicMergePatch.Apply(
            SchemaCatalog.Pod, Parse(Pod), Parse("""{"spec":{"containers":[{"name":"four"},{"name":"three"}]}}"""));
        Assert.Equal(
            ["four", "three", "one", "two"],
            result["spec"]!["containers"]!.AsArray().Select(container => (string)container!["name"]!));
    }

    [Fact]
    public void An_item_without_its_key_is_refused_when_there_is_a_list_to_merge_with()
    {
        ApiStatusException exception = Assert.Throws<ApiStatusException>(() => StrategicMergePatch.Apply(
            SchemaCatalog.Pod, Parse(Pod), Parse("""{"spec":{"containers":[{"image":"i"}]}}""")));
        Assert.Equal(500, exception.Status.Code);
        Assert.Equal("map: map[image:i] does not contain declared merge key: name", exception.Message);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
