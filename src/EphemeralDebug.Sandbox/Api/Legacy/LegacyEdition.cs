using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>Kubernetes 1.20, with the feature gate EphemeralContainers on or off.</summary>
internal sealed class LegacyEdition : ApiEdition
{
    private static readonly string[] GetAndWrite = ["get", "patch", "update"];
    private static readonly string[] Streams = ["create", "get"];
    private static readonly string[] Proxy = ["create", "delete", "get", "patch", "update"];

    private readonly bool _hasGate;

    private LegacyEdition(bool hasGate)
    {
        _hasGate = hasGate;
        SubresourceDefinition[] gated = hasGate ? [new("ephemeralcontainers", EphemeralContainersDocument.Kind, GetAndWrite)] : [];
        PodSubresources =
        [
            new("attach", "PodAttachOptions", Streams),
            new("binding", "Binding", "create"),
            .. gated,
            new("eviction", "Eviction", "create") { KindVersion = ("policy", "v1beta1") },
            new("exec", "PodExecOptions", Streams),
            new("log", "Pod", "get"),
            new("portforward", "PodPortForwardOptions", Streams),
            new("proxy", "PodProxyOptions", Proxy),
            new("status", "Pod", GetAndWrite),
        ];
    }

    public static LegacyEdition WithGate { get; } = new(hasGate: true);

    public static LegacyEdition WithoutGate { get; } = new(hasGate: false);

    public override JsonObject Version => new()
    {
        ["major"] = "1",
        ["minor"] = "20",
        ["gitVersion"] = "v1.20.2",
        ["gitCommit"] = "0000000000000000000000000000000000000000",
        ["gitTreeState"] = "archive",
        ["buildDate"] = "2021-01-13T00:00:00Z",
        ["goVersion"] = "go1.15.15",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };

    public override IReadOnlyList<(string Name, string[] Versions)> Groups { get; } =
    [
        ("apiregistration.k8s.io", ["v1", "v1beta1"]), ("extensions", ["v1beta1"]), ("apps", ["v1"]), ("events.k8s.io", ["v1", "v1beta1"]),
        ("authentication.k8s.io", ["v1", "v1beta1"]), ("authorization.k8s.io", ["v1", "v1beta1"]),
        ("autoscaling", ["v1", "v2beta1", "v2beta2"]), ("batch", ["v1", "v1beta1"]), ("certificates.k8s.io", ["v1", "v1beta1"]),
        ("networking.k8s.io", ["v1", "v1beta1"]), ("policy", ["v1beta1"]), ("rbac.authorization.k8s.io", ["v1", "v1beta1"]),
        ("storage.k8s.io", ["v1", "v1beta1"]), ("admissionregistration.k8s.io", ["v1", "v1beta1"]),
        ("apiextensions.k8s.io", ["v1", "v1beta1"]), ("scheduling.k8s.io", ["v1", "v1beta1"]),
        ("coordination.k8s.io", ["v1", "v1beta1"]), ("node.k8s.io", ["v1", "v1beta1"]), ("discovery.k8s.io", ["v1beta1"]),
        ("flowcontrol.apiserver.k8s.io", ["v1beta1"]),
    ];

    public override IReadOnlyList<SubresourceDefinition> PodSubresources { get; }

    public override SchemaCatalog Schema => SchemaCatalog.Legacy;

    public override bool HasAggregatedDiscovery => false;

    public override bool HasOpenApi => false;

    public override bool TellsSingularNames => false;

    public override bool ValidatesFields => false;

    public override bool GuardsStreams => false;

    public override bool EnforcesPodSecurity => false;

    public override bool LabelsNamespaces => false;

    public override BodyDialect Bodies { get; } = new LegacyBodyDialect();

    public override JsonObject ReviewMetadata() => new() { ["creationTimestamp"] = null };

    public override ObjectStrategy Pods(ObjectStore namespaces) => new LegacyPodStrategy(_hasGate);

    public override ObjectStrategy EphemeralContainers(ObjectStore namespaces) => new LegacyEphemeralContainersStrategy();

    public override ObjectStrategy PodStatus() => new PodStatusStrategy(Schema["Pod"]);

    public override void CompleteNewPod(JsonObject pod)
    {
        if (!_hasGate)
        {
            pod.Object("spec")!.Remove(PodSpecs.EphemeralContainers);
        }
    }

    public override IReadOnlyList<FieldError> CheckNewPod(JsonObject pod) => PodRules.CheckNew(pod, LegacyPodDialect.Instance);
}
