using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>In what versions of Kubernetes differ when they validate pods.</summary>
internal abstract class PodDialect
{
    public static PodDialect Current { get; } = new CurrentPodDialect();

    /// <summary>Why an update of the specification is refused, up to the difference.</summary>
    public abstract string ImmutableSpec { get; }

    /// <summary>The rules for the containers of a specification.</summary>
    public abstract ContainerRules Containers(JsonObject spec);

    /// <summary>What the ephemeral containers of a specification have to fulfil.</summary>
    public abstract IEnumerable<FieldError> EphemeralContainers(JsonObject spec, ContainerRules rules);

    /// <summary>What a change of a container changes, as its refusal shows it.</summary>
    public abstract string ContainerDifference(JsonObject before, JsonObject after);

    /// <summary>What a change of a specification changes, as its refusal shows it.</summary>
    public abstract string SpecDifference(JsonObject before, JsonObject after);
}

/// <summary>Kubernetes 1.36.</summary>
internal sealed class CurrentPodDialect : PodDialect
{
    public override string ImmutableSpec =>
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n";

    public override ContainerRules Containers(JsonObject spec) =>
        new(VolumeRules.ByName(spec), hostUsers: spec.Flag("hostUsers") != false);

    public override IEnumerable<FieldError> EphemeralContainers(JsonObject spec, ContainerRules rules) =>
        EphemeralContainerRules.Check(spec, rules);

    public override string ContainerDifference(JsonObject before, JsonObject after) => Difference(SchemaCatalog.EphemeralContainer, before, after);

    public override string SpecDifference(JsonObject before, JsonObject after) => Difference(SchemaCatalog.PodSpec, before, after);

    private static string Difference(StructType type, JsonObject before, JsonObject after) =>
        LineDiff.Compare(InternalForm.Lines(type, before), InternalForm.Lines(type, after));
}
