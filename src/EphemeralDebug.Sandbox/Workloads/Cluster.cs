using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Api.Admission;
using EphemeralDebug.Sandbox.Api.Admission.PodSecurity;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>The cluster as its controllers see and change it.</summary>
internal sealed class Cluster(ResourceRegistry registry, ApiEdition edition, PodTerminator terminator, TimeProvider time)
{
    private ILookup<string, StoredObject> _owned = Array.Empty<StoredObject>().ToLookup(_ => "");

    public DateTimeOffset Now => time.GetUtcNow();

    public IEnumerable<StoredObject> Nodes => registry.Nodes.Store.Read().Objects.Values;

    /// <summary>Looks again at which pods belong to whom.</summary>
    public void Refresh() => _owned = registry.Pods.Store.Read().Objects.Values
        .Where(pod => pod.Controller is not null)
        .ToLookup(pod => pod.Controller!, StringComparer.Ordinal);

    public ObjectStore StoreOf(string kind) => registry.StoreOf(kind);

    public IReadOnlyList<StoredObject> All(string kind) => [.. StoreOf(kind).Read().Objects.Values];

    /// <summary>Every object that could own another one.</summary>
    public HashSet<string> OwnerIds() => registry.Workloads
        .SelectMany(resource => resource.Store.Read().Objects.Values)
        .Select(stored => UidOf(stored.Value))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The pods of an owner that are not on their way out.</summary>
    public IReadOnlyList<StoredObject> PodsOf(StoredObject owner) =>
        [.. _owned[UidOf(owner.Value)].Where(pod => !pod.Value.Object("metadata").Has("deletionTimestamp"))];

    /// <summary>All pods that something owns, by the owner's uid.</summary>
    public IEnumerable<IGrouping<string, StoredObject>> OwnedPods => _owned;

    /// <summary>Whether pods of an owner are still on their way out.</summary>
    public bool HasEndingPods(StoredObject owner) =>
        _owned[UidOf(owner.Value)].Any(pod => pod.Value.Object("metadata").Has("deletionTimestamp"));

    public void Terminate(StoredObject pod) => terminator.TryTerminate(pod, PodTerminator.GracePeriod(pod.Value, asked: null));

    /// <summary>Makes a pod of a template; returns why it could not be made.</summary>
    public string? CreatePod(StoredObject owner, string apiVersion, string kind, JsonObject template, Action<JsonObject> change)
    {
        JsonObject pod = template.Copy();
        JsonObject metadata = pod.GetOrAddObject("metadata");
        metadata["namespace"] = owner.Namespace;
        metadata["ownerReferences"] = new JsonArray(Owners.Reference(owner.Value, apiVersion, kind));
        change(pod);
        if (metadata.Text("name") is null)
        {
            metadata["name"] = metadata.Text("generateName") + RandomName.Suffix();
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = ApiJson.Time(Now);
        PodDefaults.Apply(pod);
        PodAdmission.Apply(pod);
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodAdmission.QualityOfService(pod.Object("spec")!) };
        edition.CompleteNewPod(pod);
        return Admit(pod) ?? (registry.Pods.Store.Create(pod) is null ? $"pods \"{metadata.Text("name")}\" already exists" : null);
    }

    /// <summary>Keeps a changed copy of an object, unless nothing has changed; someone who wrote in between wakes everybody up again.</summary>
    public void Update(string kind, StoredObject stored, Action<JsonObject> change)
    {
        JsonObject changed = stored.Value.Copy();
        change(changed);
        if (!JsonNode.DeepEquals(changed, stored.Value))
        {
            StoreOf(kind).Replace(stored, changed);
        }
    }

    public static string UidOf(JsonObject value) => value.Object("metadata").Text("uid") ?? "";

    private string? Admit(JsonObject pod)
    {
        if (!edition.EnforcesPodSecurity)
        {
            return null;
        }

        try
        {
            _ = PodSecurityAdmission.AdmitPod(PodStrategy.LabelsOf(registry.Namespaces.Store, pod), pod);
            return null;
        }
        catch (ApiStatusException refusal)
        {
            return refusal.Message;
        }
    }
}
