using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>Deletes what belongs to owners that are no more.</summary>
internal sealed class GarbageCollector(Cluster cluster) : IController
{
    private static readonly string[] OwnedKinds = ["ReplicaSet", "Job"];

    public void Synchronize()
    {
        HashSet<string> owners = cluster.OwnerIds();
        foreach (string kind in OwnedKinds)
        {
            foreach (StoredObject orphan in cluster.All(kind).Where(stored => stored.Controller is { } owner && !owners.Contains(owner)))
            {
                cluster.StoreOf(kind).Delete(orphan);
            }
        }

        foreach (IGrouping<string, StoredObject> pods in cluster.OwnedPods.Where(pods => !owners.Contains(pods.Key)))
        {
            foreach (StoredObject pod in pods.Where(pod => pod.Value["metadata"]?["deletionTimestamp"] is null))
            {
                cluster.Terminate(pod);
            }
        }
    }
}
