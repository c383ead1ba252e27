using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>Gives a stateful set its pods in order: name-0, name-1, each when the one before is ready.</summary>
internal sealed class StatefulSetController(Cluster cluster) : IController
{
    private const string Kind = "StatefulSet";
    private const string RevisionLabel = "controller-revision-hash";

    public void Synchronize()
    {
        foreach (StoredObject set in cluster.All(Kind))
        {
            Synchronize(set);
        }
    }

    private void Synchronize(StoredObject set)
    {
        JsonObject spec = set.Value.Object("spec")!;
        int wanted = (int)(spec.Integer("replicas") ?? 1);
        string revision = $"{set.Name}-{PodFacts.HashOf(spec.Object("template")!)}";
        IReadOnlyList<StoredObject> pods = cluster.PodsOf(set);
        var byName = pods.ToDictionary(pod => pod.Name, StringComparer.Ordinal);
        if (!cluster.HasEndingPods(set))
        {
            Step(set, wanted, revision, byName);
        }

        int ready = pods.Count(PodFacts.IsReady);
        cluster.Update(Kind, set, changed =>
        {
            JsonObject status = changed.GetOrAddObject("status");
            int updated = pods.Count(pod => PodFacts.Label(pod, RevisionLabel) == revision);
            status["observedGeneration"] = changed.Object("metadata").Integer("generation");
            status["replicas"] = pods.Count;
            Conditions.Count(status, "readyReplicas", ready);
            Conditions.Count(status, "currentReplicas", updated);
            Conditions.Count(status, "updatedReplicas", updated);
            status["availableReplicas"] = ready;
            status["currentRevision"] = updated == wanted || status.Text("currentRevision") is null ? revision : status.Text("currentRevision");
            status["updateRevision"] = revision;
        });
    }

    /// <summary>One pod more, or one less, or one of an old template less; unless all may come at once.</summary>
    private void Step(StoredObject set, int wanted, string revision, Dictionary<string, StoredObject> pods)
    {
        bool parallel = set.Value.Object("spec").Text("podManagementPolicy") == "Parallel";
        for (int ordinal = 0; ordinal < wanted; ordinal++)
        {
            if (!pods.TryGetValue(NameOf(set, ordinal), out StoredObject? pod))
            {
                Create(set, ordinal, revision);
            }

            if (!parallel && (pod is null || !PodFacts.IsReady(pod)))
            {
                return;
            }
        }

        StoredObject? surplus = pods.Values.Where(pod => Ordinal(pod) >= wanted).MaxBy(Ordinal);
        StoredObject? stale = pods.Values.Where(pod => PodFacts.Label(pod, RevisionLabel) != revision).MaxBy(Ordinal);
        if ((surplus ?? stale) is { } leaving)
        {
            cluster.Terminate(leaving);
        }
    }

    private void Create(StoredObject set, int ordinal, string revision)
    {
        JsonObject spec = set.Value.Object("spec")!;
        string name = NameOf(set, ordinal);
        cluster.CreatePod(set, "apps/v1", Kind, spec.Object("template")!, pod =>
        {
            pod.Object("metadata")!["name"] = name;
            pod.Object("spec")!["hostname"] = name;
            if (spec.Text("serviceName") is { Length: > 0 } service)
            {
                pod.Object("spec")!["subdomain"] = service;
            }

            PodFacts.SetLabel(pod, "statefulset.kubernetes.io/pod-name", name);
            PodFacts.SetLabel(pod, "apps.kubernetes.io/pod-index", ordinal.ToString(CultureInfo.InvariantCulture));
            PodFacts.SetLabel(pod, RevisionLabel, revision);
        });
    }

    private static string NameOf(StoredObject set, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{set.Name}-{ordinal}");

    private static int Ordinal(StoredObject pod) =>
        int.TryParse(pod.Name.AsSpan(pod.Name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal) ? ordinal : int.MaxValue;
}
