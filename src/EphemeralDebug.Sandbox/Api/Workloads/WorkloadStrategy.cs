using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Admission.PodSecurity;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Workloads;

/// <summary>Deployments, replica sets and the like, and services: all but their status.</summary>
internal sealed class WorkloadStrategy(StructType type, ObjectStore namespaces) : ObjectStrategy(type)
{
    public override void SetDefaults(JsonObject value) => WorkloadDefaults.Apply(Type.StructName, value);

    public override JsonObject TakeOver(JsonObject updated, JsonObject stored)
    {
        JsonObject result = updated.Copy();
        KeepServerMetadata(result, stored);
        PodStrategy.Replace(result, stored, "status");
        CountChange(result, stored);
        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) =>
        WorkloadRules.CheckUpdate(Type.StructName, updated, stored);

    public override IEnumerable<string> Admit(JsonObject updated, JsonObject stored) => WarnOfTemplate(namespaces, updated);

    /// <summary>A template is not enforced, but who writes it is warned.</summary>
    public static IEnumerable<string> WarnOfTemplate(ObjectStore namespaces, JsonObject workload) =>
        workload.Object("spec").Object("template") is { } template
            ? PodSecurityAdmission.WarnOf(PodStrategy.LabelsOf(namespaces, workload), template)
            : [];
}
