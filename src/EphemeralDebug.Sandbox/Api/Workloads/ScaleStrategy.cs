using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Workloads;

/// <summary>The subresource scale: how many pods a workload is to have, in the same form for every kind.</summary>
internal sealed class ScaleStrategy() : ObjectStrategy(SchemaCatalog.Current["Scale"])
{
    private static readonly string[] Metadata = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"];

    public override bool TracksFields => false;

    public override JsonObject Present(JsonObject stored)
    {
        JsonObject? spec = stored.Object("spec");
        return new JsonObject
        {
            ["metadata"] = new JsonObject(Metadata.Select(name => KeyValuePair.Create(name, stored.Object("metadata")?[name]?.DeepClone()))),
            ["spec"] = new JsonObject { ["replicas"] = spec.Integer("replicas") ?? 1 },
            ["status"] = new JsonObject
            {
                ["replicas"] = stored.Object("status").Integer("replicas") ?? 0,
                ["selector"] = LabelSelector.ToText(spec.Object("selector")),
            },
        };
    }

    public override ResourceDefinition Present(ResourceDefinition resource) =>
        resource with { Group = "autoscaling", Kind = "Scale", HasTable = false };

    public override JsonObject TakeOver(JsonObject updated, JsonObject stored)
    {
        JsonObject result = stored.Copy();
        result.Object("spec")!["replicas"] = updated.Object("spec").Integer("replicas") ?? 0;
        CountChange(result, stored);
        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) =>
        updated.Object("spec").Integer("replicas") is { } replicas and < 0
            ? [FieldError.Invalid("spec.replicas", replicas, "must be greater than or equal to 0")]
            : [];
}
