using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>Which object controls another one (metadata.ownerReferences).</summary>
internal static class Owners
{
    /// <summary>The reference to an owner.</summary>
    public static JsonObject Reference(JsonObject owner, string apiVersion, string kind) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["name"] = owner.Object("metadata").Text("name"),
        ["uid"] = owner.Object("metadata").Text("uid"),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>Lets go what an object owns, so that it stays when the owner is deleted.</summary>
    public static void Release(ResourceRegistry registry, StoredObject owner)
    {
        string? uid = owner.Value.Object("metadata").Text("uid");
        foreach (ObjectStore store in registry.Workloads.Append(registry.Pods).Select(resource => resource.Store))
        {
            foreach (StoredObject owned in store.Read().Objects.Values.Where(stored => stored.Controller == uid).ToList())
            {
                Release(store, owned);
            }
        }
    }

    private static void Release(ObjectStore store, StoredObject owned)
    {
        for (StoredObject? current = owned; current is not null; current = store.Get(current.Namespace, current.Name))
        {
            JsonObject released = current.Value.Copy();
            released.Object("metadata")!.Remove("ownerReferences");
            if (store.Replace(current, released) is not null)
            {
                return;
            }
        }
    }
}
