using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Admission;
using EphemeralDebug.Sandbox.Api.Admission.PodSecurity;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>What is particular about updating one kind of object through one resource or subresource.</summary>
internal abstract class ObjectStrategy(StructType type)
{
    public StructType Type { get; } = type;

    /// <summary>Fills in what the client has left out.</summary>
    public virtual void SetDefaults(JsonObject value)
    {
    }

    /// <summary>What is taken over of an update; the rest is dropped in silence.</summary>
    public abstract JsonObject TakeOver(JsonObject updated, JsonObject stored);

    public abstract IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored);

    /// <summary>Whether it is noted who has set what.</summary>
    public virtual bool TracksFields => true;

    /// <summary>What clients see and change in place of what is stored.</summary>
    public virtual JsonObject Present(JsonObject stored) => stored;

    /// <summary>The resource that clients see and change.</summary>
    public virtual ResourceDefinition Present(ResourceDefinition resource) => resource;

    /// <summary>Judges a valid update; yields warnings.</summary>
    public virtual IEnumerable<string> Admit(JsonObject updated, JsonObject stored) => [];

    /// <summary>Refuses an update of an object that has been replaced since.</summary>
    /// <exception cref="ApiStatusException">The uid is another one.</exception>
    public virtual void CheckUid(ApiRequest request, JsonObject metadata, JsonObject stored)
    {
        string storedUid = stored.Object("metadata").Text("uid") ?? "";
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != storedUid)
        {
            throw new ApiStatusException(ApiStatus.Conflict(
                request.Resource.ResourceKind,
                request.Info.Name,
                $"StorageError: invalid object, Code: 4, Key: /registry/{request.Resource.Name}/{ObjectStore.Key(request.ObjectNamespace, request.Info.Name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {storedUid}"));
        }
    }

    /// <summary>A copy of what is stored, with metadata that this write may bring along.</summary>
    protected static JsonObject StoredWithWriteMetadata(JsonObject updated, JsonObject stored)
    {
        JsonObject result = stored.Copy();
        JsonObject metadata = result.GetOrAddObject("metadata");
        metadata.Remove("managedFields");
        if (updated.Object("metadata").Array("managedFields") is { } managedFields)
        {
            metadata["managedFields"] = managedFields.DeepClone();
        }

        return result;
    }

    /// <summary>Keeps what only the server sets in an object's metadata.</summary>
    protected static void KeepServerMetadata(JsonObject updated, JsonObject stored)
    {
        JsonObject metadata = updated.GetOrAddObject("metadata");
        JsonObject before = stored.Object("metadata")!;
        foreach (string field in (string[])["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "uid", "resourceVersion"])
        {
            bool given = metadata[field] is not null;
            if (field is not "uid" || !given)
            {
                metadata.Remove(field);
                if (before[field] is { } value)
                {
                    metadata[field] = value.DeepClone();
                }
            }
        }
    }

    protected static void CountChange(JsonObject updated, JsonObject stored)
    {
        if (!JsonNode.DeepEquals(updated["spec"], stored["spec"]))
        {
            updated.Object("metadata")!["generation"] = (stored.Object("metadata").Integer("generation") ?? 0) + 1;
        }
    }
}

/// <summary>The pod itself: metadata and the few fields of the specification that may change.</summary>
internal sealed class PodStrategy(ObjectStore namespaces) : ObjectStrategy(SchemaCatalog.Pod)
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
        Replace(result, stored, "status");
        CountChange(result, stored);
        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) => PodUpdateRules.Check(updated, stored, PodDialect.Current);

    public override IEnumerable<string> Admit(JsonObject updated, JsonObject stored) =>
        PodSecurityOf(namespaces, updated, stored);

    public static IEnumerable<string> PodSecurityOf(ObjectStore namespaces, JsonObject updated, JsonObject stored) =>
        PodSecurityAdmission.IsSignificant(updated, stored)
            ? PodSecurityAdmission.AdmitPod(LabelsOf(namespaces, updated), updated)
            : [];

    public static JsonObject? LabelsOf(ObjectStore namespaces, JsonObject pod) =>
        namespaces.Get(null, pod.Object("metadata").Text("namespace") ?? "")?.Value.Object("metadata").Object("labels");

    internal static void Replace(JsonObject target, JsonObject source, string field)
    {
        target.Remove(field);
        if (source[field] is { } value)
        {
            target[field] = value.DeepClone();
        }
    }
}

/// <summary>The subresource ephemeralcontainers: that list and nothing else.</summary>
internal sealed class EphemeralContainersStrategy(ObjectStore namespaces) : ObjectStrategy(SchemaCatalog.Pod)
{
    public override void SetDefaults(JsonObject value) => PodDefaults.Apply(value);

    public override JsonObject TakeOver(JsonObject updated, JsonObject stored)
    {
        JsonObject result = StoredWithWriteMetadata(updated, stored);
        JsonObject spec = result.Object("spec")!;
        spec.Remove(PodSpecs.EphemeralContainers);
        if (updated.Object("spec").Array(PodSpecs.EphemeralContainers) is { Count: > 0 } containers)
        {
            spec[PodSpecs.EphemeralContainers] = containers.DeepClone();
        }

        CountChange(result, stored);
        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) =>
        EphemeralContainerRules.CheckUpdate(updated, stored);

    public override IEnumerable<string> Admit(JsonObject updated, JsonObject stored) =>
        PodStrategy.PodSecurityOf(namespaces, updated, stored);
}

/// <summary>The subresource status: nothing of the specification.</summary>
internal sealed class PodStatusStrategy(StructType type) : ObjectStrategy(type)
{
    public override JsonObject TakeOver(JsonObject updated, JsonObject stored)
    {
        JsonObject result = StoredWithWriteMetadata(updated, stored);
        PodStrategy.Replace(result, updated, "status");
        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) => [];
}

/// <summary>Namespaces: their labels decide about the security of pods.</summary>
internal sealed class NamespaceStrategy(ObjectStore pods, ApiEdition edition) : ObjectStrategy(SchemaCatalog.Namespace)
{
    public override JsonObject TakeOver(JsonObject updated, JsonObject stored)
    {
        JsonObject result = updated.Copy();
        KeepServerMetadata(result, stored);
        PodStrategy.Replace(result, stored, "spec");
        PodStrategy.Replace(result, stored, "status");
        SetNameLabel(result, edition);
        return result;
    }

    public override IReadOnlyList<FieldError> Validate(JsonObject updated, JsonObject stored) =>
    [
        .. MetadataRules.CheckUpdate(updated.Object("metadata")!, stored.Object("metadata")!),
        .. MetadataRules.Check(updated.Object("metadata")!, NameRules.DnsLabel),
        .. edition.EnforcesPodSecurity ? PodSecurityAdmission.CheckLabels(updated.Object("metadata").Object("labels")) : [],
    ];

    public override IEnumerable<string> Admit(JsonObject updated, JsonObject stored)
    {
        if (!edition.EnforcesPodSecurity)
        {
            return [];
        }

        string name = updated.Object("metadata").Text("name")!;
        return PodSecurityAdmission.WarnOfExistingPods(
            name,
            updated.Object("metadata").Object("labels"),
            stored.Object("metadata").Object("labels"),
            pods.Read().Objects.Values.Where(pod => pod.Namespace == name).Select(pod => pod.Value));
    }

    /// <summary>Every namespace has its name as a label, so that selectors can find it; so it is since 1.21.</summary>
    public static void SetNameLabel(JsonObject value, ApiEdition edition)
    {
        if (!edition.LabelsNamespaces)
        {
            return;
        }

        JsonObject metadata = value.GetOrAddObject("metadata");
        metadata.GetOrAddObject("labels")["kubernetes.io/metadata.name"] = metadata.Text("name");
    }
}
