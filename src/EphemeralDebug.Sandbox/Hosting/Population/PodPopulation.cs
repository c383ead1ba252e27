using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Hosting.Population;

/// <summary>
/// Very many pods that run already when the sandbox starts. Nothing is spent on running one until somebody executes
/// something in it or changes it.
/// </summary>
internal static class PodPopulation
{
    /// <summary>How many pods are in a namespace.</summary>
    private const int NamespaceSize = 1000;

    public static IEnumerable<string> Namespaces(int count) =>
        Enumerable.Range(0, (count + NamespaceSize - 1) / NamespaceSize).Select(NamespaceName);

    /// <summary>Puts the pods into a store that nobody has read yet.</summary>
    public static void Fill(ResourceDefinition pods, int count, KubeletOptions node, DateTimeOffset now)
    {
        var template = new PodTemplate(node, now);
        long firstVersion = pods.Store.Reserve(count);
        var objects = new StoredObject[count];
        Parallel.For(0, count, number =>
        {
            JsonObject pod = template.Create(number, NamespaceName(number / NamespaceSize), firstVersion + number);
            objects[number] = StoredObject.Encode(pod, pods.Schema[pods.Kind], firstVersion + number);
        });
        pods.Store.Load(objects);
    }

    private static string NamespaceName(int number) => $"team-{number:00}";
}
