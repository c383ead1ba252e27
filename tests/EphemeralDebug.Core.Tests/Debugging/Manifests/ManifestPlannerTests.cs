using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging.Manifests;

namespace EphemeralDebug.Core.Tests.Debugging.Manifests;

/// <summary>What is new in a document, and what a real server says of the rest.</summary>
public sealed class ManifestPlannerTests
{
    [Fact]
    public void Only_what_is_new_is_added_after_what_is_there()
    {
        ManifestPlan plan = Plan(
            Pod("""{"name":"one","image":"busybox:1.36","imagePullPolicy":"IfNotPresent","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}"""),
            """{"kind":"EphemeralContainers","ephemeralContainers":[{"name":"two","image":"alpine"},{"name":"one","image":"busybox:1.36"}]}""");
        Assert.Equal(["two", "one"], plan.Names);
        Assert.Equal(
            """{"spec":{"$setElementOrder/ephemeralContainers":[{"name":"one"},{"name":"two"}],"ephemeralContainers":[{"image":"alpine","name":"two"}]}}""",
            plan.Addition.ToStrategicMergePatch().ToJsonString());
    }

    [Fact]
    public void The_same_again_adds_nothing() => Assert.Empty(Plan(
        Pod("""{"name":"one","image":"busybox","imagePullPolicy":"Always","terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}"""),
        """{"kind":"EphemeralContainers","ephemeralContainers":[{"name":"one","image":"busybox","command":[],"stdin":false,"env":null}]}""").Addition.Containers);

    [Fact]
    public void What_a_server_has_stored_is_equal_to_what_it_was_sent()
    {
        foreach ((ServerRecording server, string scenario, string? list) in ((ServerRecording, string, string?)[])
            [(ServerRecording.Modern, "add/strategic-full", "spec"), (ServerRecording.Modern, "add/strategic-defaults", "spec"), (ServerRecording.Legacy, "validation/defaults", null)])
        {
            RecordedStep step = server.Step(scenario, 0);
            JsonNode List(JsonNode owner) => (list is null ? owner : owner[list]!)["ephemeralContainers"]!;
            JsonObject pod = Pod([.. List(step.Body).AsArray().Select(static c => c!.ToJsonString())]);
            var sent = new JsonObject { ["kind"] = "EphemeralContainers", ["ephemeralContainers"] = List(step.RequestBody).DeepClone() };
            Assert.Empty(Plan(pod, sent.ToJsonString()).Addition.Containers);
        }
    }

    [Theory]
    [InlineData("add/put", 4)]
    [InlineData("add/put", 5)]
    public void A_container_that_is_missing_is_refused_with_the_servers_reason(string scenario, int step)
    {
        RecordedStep recorded = ServerRecording.Modern.Step(scenario, step);
        JsonArray stored = ServerRecording.Modern.Step(scenario, 3).Body["spec"]!["ephemeralContainers"]!.AsArray();
        JsonObject asked = recorded.RequestBody.DeepClone().AsObject();
        asked["spec"]!["ephemeralContainers"] ??= new JsonArray();
        asked["metadata"]!.AsObject().Remove("uid");
        JsonObject pod = Pod([.. stored.Select(static c => c!.ToJsonString())]);
        pod["metadata"]!["name"] = (string?)asked["metadata"]!["name"];
        pod["metadata"]!["namespace"] = (string?)asked["metadata"]!["namespace"];
        var failure = Assert.Throws<ManifestException>(() => Plan(pod, asked.ToJsonString()));
        Assert.Equal("ManifestRefused", failure.ErrorId);
        Assert.Equal(
            Causes(recorded).Order(StringComparer.Ordinal),
            failure.Causes.Select(static c => $"{c.Field}: {c.Message}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_changed_container_is_refused_with_what_differs()
    {
        var failure = Assert.Throws<ManifestException>(() => Plan(
            Pod("""{"name":"one","image":"busybox:1.36"}""", """{"name":"two","image":"busybox:1.36"}"""),
            """{"kind":"EphemeralContainers","ephemeralContainers":[{"name":"one","image":"busybox:1.38","command":["sh","-c","a && b"]}]}"""));
        Assert.Equal(
            """
            Pod "web" is invalid: [spec.ephemeralContainers: Forbidden: existing ephemeral containers "two" may not be removed, spec.ephemeralContainers: Forbidden: existing ephemeral containers "one" may not be changed
            - image: "busybox:1.36"
            + image: "busybox:1.38"
            + command: ["sh","-c","a && b"]]
            """,
            failure.Message,
            ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("invalid/all-forbidden-fields")]
    [InlineData("invalid/field-restartPolicy-never")]
    [InlineData("invalid/field-restartPolicyRules")]
    [InlineData("invalid/subPath")]
    [InlineData("invalid/subPathExpr")]
    [InlineData("invalid/name-missing")]
    [InlineData("invalid/name-empty")]
    [InlineData("invalid/name-of-a-container")]
    [InlineData("invalid/image-missing")]
    [InlineData("invalid/image-leading-space")]
    [InlineData("invalid/target-unknown")]
    [InlineData("invalid/target-ephemeral")]
    public void Fields_are_refused_all_at_once_as_a_real_server_does_it(string scenario)
    {
        RecordedStep recorded = ServerRecording.Modern.Step(scenario, 0);
        JsonObject pod = Pod();
        pod["spec"]!["initContainers"] = new JsonArray(new JsonObject { ["name"] = "setup" });
        var failure = Assert.Throws<ManifestException>(() => Plan(pod, recorded.RequestBody.ToJsonString()));
        Assert.Equal(
            Causes(recorded).Order(StringComparer.Ordinal),
            failure.Causes.Select(static c => $"{c.Field}: {c.Message}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"name":"a","image":"b","securityContext":{}}""", "securityContext")]
    [InlineData("""{"name":"a","image":"b","restartPolicy":"Always"}""", "restartPolicy")]
    [InlineData("""{"name":"a","image":"b","volumeMounts":[{"name":"d","mountPath":"/d","subPath":"x"}]}""", null)]
    [InlineData("""{"name":"a","image":"b","targetContainerName":"one"}""", null)]
    public void A_legacy_server_has_rules_of_its_own(string container, string? refused)
    {
        JsonObject pod = Pod("""{"name":"one","image":"busybox:1.36"}""");
        if (refused is null)
        {
            Assert.Single(Plan(pod, container, EphemeralContainersForm.Legacy).Addition.Containers);
        }
        else
        {
            var failure = Assert.Throws<ManifestException>(() => Plan(pod, container, EphemeralContainersForm.Legacy));
            Assert.Equal([$"spec.ephemeralContainers[0].{refused}"], failure.Causes.Select(static c => c.Field));
        }
    }

    [Theory]
    [InlineData("""{"name":"a","image":"b","command":"sh"}""", "command", "a list")]
    [InlineData("""{"name":"a","image":"b","tty":"true"}""", "tty", "true or false")]
    [InlineData("""{"name":"a","image":5}""", "image", "a string")]
    public void A_value_of_another_type_is_told_before_it_is_sent(string container, string field, string expected)
    {
        var failure = Assert.Throws<ManifestException>(() => Plan(Pod(), container));
        Assert.Contains(failure.Causes, c => c.Field == $"spec.ephemeralContainers[0].{field}" && c.Message!.EndsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"kind":"Pod","metadata":{"name":"other"},"spec":{"ephemeralContainers":[]}}""")]
    [InlineData("""{"kind":"Pod","metadata":{"namespace":"other"},"spec":{"ephemeralContainers":[]}}""")]
    [InlineData("""{"kind":"Pod","metadata":{"uid":"other"},"spec":{"ephemeralContainers":[]}}""")]
    public void A_document_for_another_pod_is_refused(string document) =>
        Assert.Equal("ManifestPodMismatch", Assert.Throws<ManifestException>(() => Plan(Pod(), document)).ErrorId);

    [Fact]
    public void A_field_that_nobody_has_heard_of_is_sent_and_named()
    {
        ManifestPlan plan = Plan(Pod(), """{"name":"a","image":"b","colour":"red"}""");
        Assert.Equal(["spec.ephemeralContainers[0].colour"], plan.UnknownFields);
        Assert.Equal("red", (string?)plan.Addition.Containers.Single()["colour"]);
    }

    private static ManifestPlan Plan(JsonObject pod, string document, EphemeralContainersForm form = EphemeralContainersForm.Pod) =>
        ManifestPlanner.Plan(pod, EphemeralManifest.Parse(JsonNode.Parse(document)!).Single(), form);

    private static JsonObject Pod(params string[] ephemeralContainers) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = "default", ["uid"] = "1" },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "app" }),
            ["ephemeralContainers"] = new JsonArray([.. ephemeralContainers.Select(static c => JsonNode.Parse(c))]),
        },
    };

    private static IEnumerable<string> Causes(RecordedStep step) => step.Body["details"]!["causes"]!.AsArray()
        .Select(static c => $"{c!["field"]}: {((string)c["message"]!).TrimEnd('\n')}");
}
