using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Editions;

/// <summary>Kubernetes 1.36.</summary>
internal sealed class CurrentEdition : ApiEdition
{
    private static readonly string[] GetAndWrite = ["get", "patch", "update"];
    private static readonly string[] Streams = ["create", "get"];
    private static readonly string[] Proxy = ["create", "delete", "get", "patch", "update"];

    public override JsonObject Version => ServerVersion.ToJson();

    public override IReadOnlyList<(string Name, string[] Versions)> Groups { get; } =
    [
        ("apiregistration.k8s.io", ["v1"]), ("apps", ["v1"]), ("events.k8s.io", ["v1"]), ("authentication.k8s.io", ["v1"]),
        ("authorization.k8s.io", ["v1"]), ("autoscaling", ["v2", "v1"]), ("batch", ["v1"]), ("certificates.k8s.io", ["v1"]),
        ("networking.k8s.io", ["v1"]), ("policy", ["v1"]), ("rbac.authorization.k8s.io", ["v1"]), ("storage.k8s.io", ["v1"]),
        ("admissionregistration.k8s.io", ["v1"]), ("apiextensions.k8s.io", ["v1"]), ("scheduling.k8s.io", ["v1"]),
        ("coordination.k8s.io", ["v1"]), ("node.k8s.io", ["v1"]), ("discovery.k8s.io", ["v1"]), ("resource.k8s.io", ["v1"]),
        ("flowcontrol.apiserver.k8s.io", ["v1"]),
    ];

    public override IReadOnlyList<SubresourceDefinition> PodSubresources { get; } =
    [
        new("attach", "PodAttachOptions", Streams),
        new("binding", "Binding", "create"),
        new("ephemeralcontainers", "Pod", GetAndWrite),
        new("eviction", "Eviction", "create") { KindVersion = ("policy", "v1") },
        new("exec", "PodExecOptions", Streams),
        new("log", "Pod", "get"),
        new("portforward", "PodPortForwardOptions", Streams),
        new("proxy", "PodProxyOptions", Proxy),
        new("resize", "Pod", GetAndWrite),
        new("status", "Pod", GetAndWrite),
    ];

    public override SchemaCatalog Schema => SchemaCatalog.Current;

    public override bool HasAggregatedDiscovery => true;

    public override bool HasOpenApi => true;

    public override bool TellsSingularNames => true;

    public override bool ValidatesFields => true;

    public override bool GuardsStreams => true;

    public override bool EnforcesPodSecurity => true;

    public override bool LabelsNamespaces => true;

    public override BodyDialect Bodies { get; } = new CurrentBodyDialect();

    public override JsonObject ReviewMetadata() => [];

    public override ObjectStrategy Pods(ObjectStore namespaces) => new PodStrategy(namespaces);

    public override ObjectStrategy EphemeralContainers(ObjectStore namespaces) => new EphemeralContainersStrategy(namespaces);

    public override ObjectStrategy PodStatus() => new PodStatusStrategy(Schema["Pod"]);

    public override void CompleteNewPod(JsonObject pod) => pod.Object("metadata")!["generation"] = 1;

    public override IReadOnlyList<FieldError> CheckNewPod(JsonObject pod) => PodRules.CheckNew(pod, PodDialect.Current);
}
