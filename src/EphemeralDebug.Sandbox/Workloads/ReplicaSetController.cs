using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>Keeps as many pods of a replica set as it wants.</summary>
internal sealed class ReplicaSetController(Cluster cluster) : IController
{
    private const string Kind = "ReplicaSet";

    public void Synchronize()
    {
        foreach (StoredObject replicaSet in cluster.All(Kind))
        {
            Synchronize(replicaSet);
        }
    }

    private void Synchronize(StoredObject replicaSet)
    {
        JsonObject spec = replicaSet.Value.Object("spec")!;
        StoredObject[] pods = [.. cluster.PodsOf(replicaSet).Where(pod => !PodFacts.IsOver(pod))];
        int wanted = (int)(spec.Integer("replicas") ?? 1);
        string? failure = null;
        for (int count = pods.Length; count < wanted && failure is null; count++)
        {
            failure = cluster.CreatePod(replicaSet, "apps/v1", Kind, spec.Object("template")!, pod =>
                pod.GetOrAddObject("metadata")["generateName"] = $"{replicaSet.Name}-");
        }

        // Those that are not ready go first, and of the others the youngest.
        foreach (StoredObject pod in pods.OrderBy(PodFacts.IsReady).ThenByDescending(pod => pod.ResourceVersion).Take(pods.Length - wanted))
        {
            cluster.Terminate(pod);
        }

        int ready = pods.Count(PodFacts.IsReady);
        cluster.Update(Kind, replicaSet, changed =>
        {
            JsonObject status = changed.GetOrAddObject("status");
            status["replicas"] = pods.Length;
            Conditions.Count(status, "fullyLabeledReplicas", pods.Length);
            Conditions.Count(status, "readyReplicas", ready);
            Conditions.Count(status, "availableReplicas", ready);
            status["observedGeneration"] = changed.Object("metadata").Integer("generation");
            if (failure is not null)
            {
                Conditions.Set(status, "ReplicaFailure", holds: true, "FailedCreate", failure, cluster.Now);
            }
            else
            {
                Conditions.Remove(status, "ReplicaFailure");
            }
        });
    }
}
