using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>
/// Gives a deployment one replica set for each of its templates, and moves its pods to the newest one: old pods go as
/// new ones become ready, or, where the strategy is to recreate, before.
/// </summary>
internal sealed class DeploymentController(Cluster cluster) : IController
{
    private const string Kind = "Deployment";
    private const string HashLabel = "pod-template-hash";
    private const string Revision = "deployment.kubernetes.io/revision";

    public void Synchronize()
    {
        foreach (StoredObject deployment in cluster.All(Kind))
        {
            Synchronize(deployment);
        }
    }

    private void Synchronize(StoredObject deployment)
    {
        JsonObject spec = deployment.Value.Object("spec")!;
        string hash = PodFacts.HashOf(spec.Object("template")!);
        StoredObject[] sets = [.. cluster.All("ReplicaSet").Where(set => set.Controller == Cluster.UidOf(deployment.Value))];
        StoredObject? current = Array.Find(sets, set => PodFacts.Label(set, HashLabel) == hash);
        StoredObject[] old = [.. sets.Where(set => set != current)];
        if (spec.Flag("paused") != true)
        {
            RollOut(deployment, hash, current, old);
        }

        UpdateStatus(deployment, current, sets);
    }

    private void RollOut(StoredObject deployment, string hash, StoredObject? current, StoredObject[] old)
    {
        JsonObject spec = deployment.Value.Object("spec")!;
        int wanted = (int)(spec.Integer("replicas") ?? 1);
        bool recreates = spec.Object("strategy").Text("type") == "Recreate";
        bool oldAreGone = Array.TrueForAll(old, set => set.Value.Object("status").Integer("replicas") is null or 0 && !cluster.HasEndingPods(set));
        int next = recreates && !oldAreGone ? 0 : wanted;
        long revision = RevisionOf(current) is { } known && known > Highest(old) ? known : Highest(old) + 1;
        if (current is null)
        {
            cluster.StoreOf("ReplicaSet").Create(NewSet(deployment, hash, next, revision));
        }
        else
        {
            Scale(current, next, revision);
        }

        long available = current?.Value.Object("status").Integer("availableReplicas") ?? 0;
        long left = recreates ? 0 : Math.Max(0, wanted - available);
        foreach (StoredObject set in old.OrderByDescending(RevisionOf))
        {
            long kept = Math.Min(left, set.Value.Object("spec").Integer("replicas") ?? 0);
            Scale(set, kept, RevisionOf(set) ?? 0);
            left -= kept;
        }

        Forget(old, spec.Integer("revisionHistoryLimit") ?? 10);
        cluster.Update(Kind, deployment, changed => Annotate(changed, revision));
    }

    private JsonObject NewSet(StoredObject deployment, string hash, int replicas, long revision)
    {
        JsonObject spec = deployment.Value.Object("spec")!;
        JsonObject template = spec.Object("template")!.Copy();
        PodFacts.SetLabel(template, HashLabel, hash);
        JsonObject selector = spec.Object("selector")!.Copy();
        selector.GetOrAddObject("matchLabels")[HashLabel] = hash;
        var set = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name}-{hash}",
                ["namespace"] = deployment.Namespace,
                ["uid"] = Guid.NewGuid().ToString(),
                ["generation"] = 1,
                ["creationTimestamp"] = ApiJson.Time(cluster.Now),
                ["labels"] = template.Object("metadata").Object("labels")!.Copy(),
                ["ownerReferences"] = new JsonArray(Owners.Reference(deployment.Value, "apps/v1", Kind)),
            },
            ["spec"] = new JsonObject { ["replicas"] = replicas, ["selector"] = selector, ["template"] = template },
            ["status"] = new JsonObject { ["replicas"] = 0 },
        };
        Annotate(set, revision);
        return set;
    }

    private void Scale(StoredObject set, long replicas, long revision) => cluster.Update("ReplicaSet", set, changed =>
    {
        Annotate(changed, revision);
        if (changed.Object("spec").Integer("replicas") != replicas)
        {
            changed.Object("spec")!["replicas"] = replicas;
            changed.Object("metadata")!["generation"] = (changed.Object("metadata").Integer("generation") ?? 0) + 1;
        }
    });

    /// <summary>Of the replica sets that have no pods any more, the newest are kept.</summary>
    private void Forget(StoredObject[] old, long limit)
    {
        foreach (StoredObject set in old.Where(set => set.Value.Object("status").Integer("replicas") is null or 0).OrderByDescending(RevisionOf).Skip((int)limit))
        {
            cluster.StoreOf("ReplicaSet").Delete(set);
        }
    }

    private void UpdateStatus(StoredObject deployment, StoredObject? current, StoredObject[] sets)
    {
        long Sum(string field) => sets.Sum(set => set.Value.Object("status").Integer(field) ?? 0);
        long updated = current?.Value.Object("status").Integer("replicas") ?? 0;
        StoredObject now = cluster.StoreOf(Kind).Get(deployment.Namespace, deployment.Name) ?? deployment;
        cluster.Update(Kind, now, changed =>
        {
            long wanted = changed.Object("spec").Integer("replicas") ?? 1;
            JsonObject status = changed.GetOrAddObject("status");
            status["observedGeneration"] = changed.Object("metadata").Integer("generation");
            Conditions.Count(status, "replicas", Sum("replicas"));
            Conditions.Count(status, "updatedReplicas", updated);
            Conditions.Count(status, "readyReplicas", Sum("readyReplicas"));
            Conditions.Count(status, "availableReplicas", Sum("availableReplicas"));
            Conditions.Count(status, "unavailableReplicas", Math.Max(0, wanted - Sum("availableReplicas")));
            bool isAvailable = Sum("availableReplicas") >= wanted - (wanted / 4);
            Conditions.Set(
                status, "Available", isAvailable,
                isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                isAvailable ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", cluster.Now);
            bool isDone = updated == wanted && Sum("replicas") == updated && Sum("availableReplicas") == wanted;
            string set = $"ReplicaSet \"{current?.Name}\"";
            Conditions.Set(
                status, "Progressing", holds: true,
                isDone ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                isDone ? $"{set} has successfully progressed." : $"{set} is progressing.", cluster.Now);
        });
    }

    private static void Annotate(JsonObject value, long revision) =>
        value.Object("metadata")!.GetOrAddObject("annotations")[Revision] = revision.ToString(CultureInfo.InvariantCulture);

    private static long Highest(StoredObject[] sets) => sets.Select(set => RevisionOf(set) ?? 0).DefaultIfEmpty().Max();

    private static long? RevisionOf(StoredObject? set) =>
        long.TryParse(set?.Value.Object("metadata").Object("annotations").Text(Revision), NumberStyles.None, CultureInfo.InvariantCulture, out long revision)
            ? revision
            : null;
}
