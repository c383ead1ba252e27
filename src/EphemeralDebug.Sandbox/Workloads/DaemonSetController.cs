using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Workloads;

/// <summary>Gives a daemon set one pod on every node that its template selects.</summary>
internal sealed class DaemonSetController(Cluster cluster) : IController
{
    private const string Kind = "DaemonSet";
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
        JsonObject template = set.Value.Object("spec").Object("template")!;
        string hash = PodFacts.HashOf(template);
        JsonObject? selector = template.Object("spec").Object("nodeSelector");
        string[] nodes = [.. cluster.Nodes.Where(node => Selects(selector, node)).Select(node => node.Name)];
        IReadOnlyList<StoredObject> pods = cluster.PodsOf(set);
        foreach (StoredObject pod in pods.Where(pod => PodFacts.IsOver(pod) || PodFacts.Label(pod, RevisionLabel) != hash || !nodes.Contains(NodeOf(pod))))
        {
            cluster.Terminate(pod);
        }

        foreach (string node in nodes.Where(node => !cluster.HasEndingPods(set) && !pods.Any(pod => NodeOf(pod) == node)))
        {
            cluster.CreatePod(set, "apps/v1", Kind, template, pod =>
            {
                pod.Object("metadata")!["generateName"] = $"{set.Name}-";
                pod.Object("spec")!["nodeName"] = node;
                PodFacts.SetLabel(pod, RevisionLabel, hash);
                PodFacts.SetLabel(pod, "pod-template-generation", "1");
            });
        }

        UpdateStatus(set, nodes.Length, [.. pods.Where(pod => nodes.Contains(NodeOf(pod)))], hash);
    }

    private void UpdateStatus(StoredObject set, int wanted, StoredObject[] pods, string hash) => cluster.Update(Kind, set, changed =>
    {
        JsonObject status = changed.GetOrAddObject("status");
        int ready = pods.Count(PodFacts.IsReady);
        status["currentNumberScheduled"] = pods.Length;
        status["numberMisscheduled"] = 0;
        status["desiredNumberScheduled"] = wanted;
        status["numberReady"] = ready;
        status["observedGeneration"] = changed.Object("metadata").Integer("generation");
        Conditions.Count(status, "updatedNumberScheduled", pods.Count(pod => PodFacts.Label(pod, RevisionLabel) == hash));
        Conditions.Count(status, "numberAvailable", ready);
        Conditions.Count(status, "numberUnavailable", wanted - ready);
    });

    private static bool Selects(JsonObject? selector, StoredObject node) => (selector ?? [])
        .All(label => node.Value.Object("metadata").Object("labels").Text(label.Key) == label.Value.AsText());

    private static string NodeOf(StoredObject pod) => pod.Value.Object("spec").Text("nodeName") ?? "";
}
