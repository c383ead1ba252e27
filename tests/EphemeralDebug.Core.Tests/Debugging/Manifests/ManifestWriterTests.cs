using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Manifests;

namespace EphemeralDebug.Core.Tests.Debugging.Manifests;

public sealed class ManifestWriterTests
{
    private static readonly JsonObject[] s_containers =
    [
        new() { ["name"] = "a", ["image"] = "busybox:1.36", ["command"] = new JsonArray("sh", "-c", "date\nexit 0\n"), ["resources"] = new JsonObject() },
        new() { ["name"] = "b", ["image"] = "<none>" },
    ];

    [Fact]
    public void Each_form_is_a_document_that_is_read_again_as_the_same_containers()
    {
        foreach (ManifestForm form in Enum.GetValues<ManifestForm>())
        {
            foreach (ManifestNotation notation in Enum.GetValues<ManifestNotation>())
            {
                string text = string.Join("\n---\n", ManifestWriter.Create("default", "web", s_containers, form)
                    .Select(document => ManifestWriter.Write(document, notation)));
                if (notation is ManifestNotation.Json)
                {
                    text = text.Replace("---", "", StringComparison.Ordinal);
                }

                EphemeralManifest[] manifests = [.. ManifestText.Read(text).SelectMany(EphemeralManifest.Parse)];
                Assert.Equal(["a", "b"], manifests.SelectMany(static m => m.Containers).Select(static c => (string?)c["name"]));
                Assert.Equal("date\nexit 0\n", (string?)manifests[0].Containers[0]["command"]![2]);
                Assert.All(manifests, m => Assert.Equal(form is not ManifestForm.Container, m.Pod is "web" && m.IsWholeList));
            }
        }
    }

    [Fact]
    public void Yaml_reads_as_people_write_it() => Assert.Equal(
        """
        apiVersion: v1
        kind: EphemeralContainers
        metadata:
          name: web
          namespace: default
        ephemeralContainers:
        - name: a
          image: busybox:1.36
          command:
          - sh
          - "-c"
          - |
            date
            exit 0
        - name: b
          image: "<none>"

        """,
        ManifestWriter.Write(ManifestWriter.Create("default", "web", s_containers, ManifestForm.EphemeralContainers).Single(), ManifestNotation.Yaml),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void Json_keeps_what_people_have_to_read() => Assert.Contains(
        "\"image\": \"<none>\"",
        ManifestWriter.Write(ManifestWriter.Create("default", "web", s_containers, ManifestForm.Pod).Single(), ManifestNotation.Json),
        StringComparison.Ordinal);
}
