using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Admission;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>The subresource ephemeralcontainers with a document of its own.</summary>
internal sealed class LegacyEphemeralContainersStrategy() : ObjectStrategy(SchemaCatalog.Legacy[EphemeralContainersDocument.Kind])
{
    /// <summary>The subresource came before anybody noted who writes through it.</summary>
    public override bool TracksFields => false;

    public override JsonObject Present(JsonObject stored) => EphemeralContainersDocument.Of(stored);

    public override ResourceDefinition Present(ResourceDefinition resource) =>
        resource with { Kind = EphemeralContainersDocument.Kind, HasTable = false };

    public override void SetDefaults(JsonObject value)
    {
        var spec = new JsonObject { [PodSpecs.EphemeralContainers] = value[PodSpecs.EphemeralContainers]?.DeepClone() };
        PodDefaults.ApplyToContainers(spec);
        value[PodSpecs.EphemeralContainers] = spec[PodSpecs.EphemeralContainers]?.DeepClone();
    }

    /// <summary>The uid is one of the fields that may not be changed, nothing more.</summary>
    public override void CheckUid(ApiRequest request, JsonObject metadata, JsonObject stored)
    {
        // Left to validation.
    }

    public override JsonObject TakeOver(JsonObject updated, JsonObject stored)
    {
        JsonObject result = stored.Copy();
        if (updated.Object("metadata").Text("uid") is { Length: > 0 } uid)
        {
            result.Object("metadata")!["uid"] = uid;
        }

        JsonObject spec = result.Object("spec")!;
        spec.Remove(PodSpecs.EphemeralContainers);
        if (updated.Array(PodSpecs.EphemeralContainers) is { Count: > 0 } containers)
        {
            spec[PodSpecs.EphemeralContainers] = containers.DeepClone();
        }

        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) =>
    [
        .. MetadataRules.CheckUpdate(updated.Object("metadata")!, stored.Object("metadata")!),
        .. LegacyPodDialect.Instance.EphemeralContainers(updated.Object("spec")!, LegacyPodDialect.Instance.Containers(updated.Object("spec")!)),
        .. EphemeralContainerRules.Existing(updated, stored, LegacyPodDialect.Instance),
    ];
}
