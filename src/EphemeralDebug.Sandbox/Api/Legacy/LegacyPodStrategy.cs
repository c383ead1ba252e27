using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Admission;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>The pod itself, whose changes nobody counts; without the gate it can be given no ephemeral containers.</summary>
internal sealed class LegacyPodStrategy(bool hasGate) : ObjectStrategy(SchemaCatalog.Legacy["Pod"])
{
    public override void SetDefaults(JsonObject value)
    {
        PodDefaults.Apply(value);
        PodAdmission.AddTolerations(value.Object("spec")!);
    }

    public override JsonObject TakeOver(JsonObject updated, JsonObject stored)
    {
        JsonObject result = updated.Copy();
        KeepServerMetadata(result, stored);
        PodStrategy.Replace(result, stored, "status");

        // A disabled field stays where it is in use already (Kubernetes, pod.DropDisabledPodFields).
        if (!hasGate && !stored.Object("spec").Has(PodSpecs.EphemeralContainers))
        {
            result.Object("spec")!.Remove(PodSpecs.EphemeralContainers);
        }

        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) =>
        PodUpdateRules.Check(updated, stored, LegacyPodDialect.Instance);
}
