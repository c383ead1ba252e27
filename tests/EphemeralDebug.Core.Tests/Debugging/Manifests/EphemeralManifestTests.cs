using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Manifests;

namespace EphemeralDebug.Core.Tests.Debugging.Manifests;

public sealed class EphemeralManifestTests
{
    [Fact]
    public void The_document_that_runbooks_have_is_a_whole_list_for_its_pod()
    {
        EphemeralManifest manifest = Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Conformance", "ec.json"))).Single();
        Assert.Equal("example-pod", manifest.Pod);
        Assert.Null(manifest.Namespace);
        Assert.True(manifest.IsWholeList);
        Assert.Equal(["debugger"], Names(manifest));
    }

    [Theory]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"shop","uid":"1"},"spec":{"ephemeralContainers":[{"name":"a"}]}}""", "web", true)]
    [InlineData("""{"spec":{"ephemeralContainers":[{"name":"a"}]}}""", null, false)]
    [InlineData("""{"ephemeralContainers":[{"name":"a"}]}""", null, false)]
    [InlineData("""{"metadata":{"name":"web"},"ephemeralContainers":[{"name":"a"}]}""", "web", true)]
    [InlineData("""{"kind":"EphemeralContainers","ephemeralContainers":[{"name":"a"}]}""", null, true)]
    [InlineData("""{"name":"a","image":"busybox"}""", null, false)]
    [InlineData("""[{"name":"a"}]""", null, false)]
    [InlineData("kind: EphemeralContainers\nmetadata:\n  name: web\nephemeralContainers:\n- name: a\n", "web", true)]
    [InlineData("name: a\nimage: busybox\n", null, false)]
    [InlineData("- name: a\n", null, false)]
    [InlineData("{name: a, image: busybox}", null, false)]
    public void Each_form_is_read_as_JSON_and_YAML(string text, string? pod, bool isWhole)
    {
        EphemeralManifest manifest = Read(text).Single();
        Assert.Equal(pod, manifest.Pod);
        Assert.Equal(isWhole, manifest.IsWholeList);
        Assert.Equal(["a"], Names(manifest));
    }

    [Theory]
    [InlineData("name: a\n---\n---\nname: b\n")]
    [InlineData("{\"name\":\"a\"}\n{\"name\":\"b\"}\n")]
    [InlineData("{\"kind\":\"List\",\"items\":[{\"name\":\"a\"},{\"name\":\"b\"}]}")]
    [InlineData("[{\"kind\":\"EphemeralContainers\",\"ephemeralContainers\":[{\"name\":\"a\"}]},{\"name\":\"b\"}]")]
    public void Several_documents_may_be_in_one_text(string text) =>
        Assert.Equal(["a", "b"], Read(text).SelectMany(Names));

    [Theory]
    [InlineData("{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\"}", "kind Deployment")]
    [InlineData("{\"kind\":\"Pod\",\"apiVersion\":\"v2\"}", "apiVersion v2")]
    [InlineData("{\"kind\":\"Pod\",\"spec\":{\"containers\":[]}}", "spec.ephemeralContainers")]
    [InlineData("{\"kind\":\"EphemeralContainers\",\"spec\":{\"ephemeralContainers\":[]}}", "ephemeralContainers")]
    [InlineData("{\"kind\":\"EphemeralContainers\",\"ephemeralContainers\":{}}", "no list")]
    [InlineData("{\"kind\":\"EphemeralContainers\",\"ephemeralContainers\":[1]}", "ephemeralContainers[0]")]
    [InlineData("just text", "single value")]
    [InlineData("{\"a\":1}", "no ephemeral containers")]
    [InlineData("kind: Pod\n  spec: [\n", "line 2")]
    [InlineData("{\"kind\": \"Pod\",\n \"spec\": ]", "line ")]
    public void What_is_no_document_of_containers_is_refused_with_the_place(string text, string said)
    {
        var failure = Assert.Throws<ManifestException>(() => Read(text));
        Assert.Equal("InvalidManifest", failure.ErrorId);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    private static EphemeralManifest[] Read(string text) => [.. ManifestText.Read(text).SelectMany(EphemeralManifest.Parse)];

    private static IEnumerable<string?> Names(EphemeralManifest manifest) => manifest.Containers.Select(static c => (string?)c["name"]);
}
