using System.Text.Json;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Core.Tests.Debugging.Pods;

public sealed class DebugPodOriginTests
{
    private const string Made = """{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:image":{}}}}}""";

    private const string Copied = """{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:image":{}}},"f:priority":{}}}""";

    private const string NewImage = """{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{"f:image":{}}},"f:priority":{}}}""";

    private const string KubectlLabel = """{"app.kubernetes.io/managed-by":"kubectl-debug"}""";

    private const string Controller = """[{"kind":"ReplicaSet","name":"web-1","controller":true}]""";

    private const string NodeName = "node-debugger-n1-x2b4z";

    [Theory]
    [InlineData("ephemeraldebug", Made, DebugPodKind.Copy, "EphemeralDebug")]
    [InlineData("kubectl", Copied, DebugPodKind.Copy, "kubectl debug")]
    [InlineData("kubectl.exe", Copied, DebugPodKind.Copy, "kubectl debug")]
    public void A_copy_is_known_by_who_made_it(string manager, string fields, DebugPodKind kind, string creator)
    {
        DebugPodEvidence evidence = Assert.IsType<DebugPodEvidence>(DebugPodOrigin.Find(Pod("copy", manager: manager, fields: fields)));
        Assert.Equal(kind, evidence.Kind);
        Assert.Equal(creator, evidence.Creator);
    }

    [Theory]
    [InlineData("ephemeraldebug", KubectlLabel, Made, "EphemeralDebug")]
    [InlineData("kubectl", KubectlLabel, Made, "kubectl debug")]
    [InlineData("oc", KubectlLabel, Made, "kubectl debug")]
    [InlineData("kubectl", "{}", Made, "kubectl debug")]
    public void A_pod_on_a_node_is_known_by_its_name_with_its_label_or_its_maker(string manager, string labels, string fields, string creator)
    {
        DebugPodEvidence evidence = Assert.IsType<DebugPodEvidence>(
            DebugPodOrigin.Find(Pod(NodeName, labels: labels, manager: manager, fields: fields)));
        Assert.Equal(DebugPodKind.Node, evidence.Kind);
        Assert.Equal(creator, evidence.Creator);
    }

    [Theory]
    [InlineData("made by kubectl as new", "copy", "{}", "kubectl", "Update", "", Made, "[]")]
    [InlineData("made by another command of kubectl", "copy", "{}", "kubectl-create", "Update", "", Copied, "[]")]
    [InlineData("applied by kubectl on the server", "copy", "{}", "kubectl", "Apply", "", Copied, "[]")]
    [InlineData("made by a program whose name begins alike", "copy", "{}", "kubectl-debug-helper", "Update", "", Copied, "[]")]
    [InlineData("changed by kubectl only", "copy", "{}", "kubectl", "Update", "", NewImage, "[]")]
    [InlineData("changed by this module only", "copy", "{}", "ephemeraldebug", "Update", "", NewImage, "[]")]
    [InlineData("given an ephemeral container by this module", "copy", "{}", "ephemeraldebug", "Update", "ephemeralcontainers", Made, "[]")]
    [InlineData("adopted by a controller", "copy", "{}", "kubectl", "Update", "", Copied, Controller)]
    [InlineData("of a controller that uses the label", NodeName, KubectlLabel, "kube-controller-manager", "Update", "", Made, Controller)]
    [InlineData("with the label alone", "web", KubectlLabel, "kubectl-create", "Update", "", Made, "[]")]
    [InlineData("with the name alone", NodeName, "{}", "kubectl-run", "Update", "", Made, "[]")]
    [InlineData("with the name of another node's", "node-debugger-n2-x2b4z", KubectlLabel, "kubectl", "Update", "", Made, "[]")]
    [InlineData("with a suffix that is not random", "node-debugger-n1-hello", KubectlLabel, "kubectl", "Update", "", Made, "[]")]
    [InlineData("of which the server recorded nothing", "copy", "{}", null, "Update", "", Made, "[]")]
    public void What_only_looks_like_a_debug_pod_is_none(
        string what, string name, string labels, string? manager, string operation, string subresource, string fields, string owners)
    {
        DebugPodEvidence? evidence = DebugPodOrigin.Find(Pod(name, labels, owners, manager, operation, subresource, fields));
        Assert.True(evidence is null, $"A pod {what} is taken for a debug pod: {evidence?.Reason}.");
    }

    [Theory]
    [InlineData("kubectl-run", "[]", "'kubectl-run'")]
    [InlineData("evil\u001b[2J", "[]", "'evil\\u001b[2J'")]
    [InlineData("kubectl-run", Controller, "ReplicaSet 'web-1'")]
    [InlineData(null, "[]", "did not record")]
    public void A_refusal_says_what_the_pod_is_in_place_of_a_debug_pod(string? manager, string owners, string expected) =>
        Assert.Contains(expected, DebugPodOrigin.DescribeOther(Pod("web", owners: owners, manager: manager)), StringComparison.Ordinal);

    private static TracedPodResource Pod(
        string name,
        string labels = "{}",
        string owners = "[]",
        string? manager = null,
        string operation = "Update",
        string subresource = "",
        string fields = Made)
    {
        string managed = manager is null
            ? ""
            : $$""", {"manager":{{JsonSerializer.Serialize(manager)}},"operation":"{{operation}}","subresource":"{{subresource}}","fieldsV1":{{fields}} }""";
        return JsonSerializer.Deserialize(
            $$"""
            {"metadata":{"name":"{{name}}","namespace":"default","labels":{{labels}},"ownerReferences":{{owners}},
                         "managedFields":[{"manager":"kubelet","operation":"Update","subresource":"status","fieldsV1":{} }{{managed}}] },
             "spec":{"nodeName":"n1","containers":[{"name":"app"}]} }
            """,
            WireJson.Default.TracedPodResource)!;
    }
}
