using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>Turns a document and the pod as it is into what is to be added. Pure: nothing is read or sent.</summary>
internal static class ManifestPlanner
{
    private const string ListPath = "spec.ephemeralContainers";

    /// <summary>Plans what is new in the document.</summary>
    /// <param name="pod">The pod as the server returned it.</param>
    /// <param name="manifest">The document.</param>
    /// <param name="form">The server's form of the API.</param>
    /// <exception cref="ManifestException">The server would refuse it; every reason is named.</exception>
    public static ManifestPlan Plan(JsonObject pod, EphemeralManifest manifest, EphemeralContainersForm form)
    {
        var containers = PodContainers.Read(pod);
        CheckIdentity(pod, manifest, containers);
        Dictionary<string, JsonObject> existing = Existing(pod);
        List<KubernetesStatusCause> changes = FindRemoved(manifest, existing);
        List<KubernetesStatusCause> invalid = [];
        List<JsonObject> added = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        var rules = new ManifestRules(form);
        for (int i = 0; i < manifest.Containers.Count; i++)
        {
            JsonObject container = manifest.Containers[i];
            string name = container["name"]?.ToString() ?? "";
            if (existing.TryGetValue(name, out JsonObject? there) && ContainerDefaults.AreEqual(there, container) && names.Add(name))
            {
                continue;
            }

            invalid.AddRange(rules.Find(container, $"{ListPath}[{i}]", containers, names));
            names.Add(name);
            if (there is null)
            {
                added.Add(Clean(container));
            }
            else if (!ContainerDefaults.AreEqual(there, container))
            {
                changes.Add(Forbidden($"existing ephemeral containers \"{name}\" may not be changed\n{ContainerDifference.Describe(there, container)}"));
            }
        }

        return invalid.Count + changes.Count > 0
            ? throw ManifestException.Refused(containers.Pod, [.. invalid, .. changes])
            : Create(pod, manifest, containers, added);
    }

    private static ManifestPlan Create(
        JsonObject pod, EphemeralManifest manifest, PodContainers containers, IReadOnlyList<JsonObject> added) => new()
    {
        Addition = new ContainerAddition
        {
            Namespace = containers.Namespace,
            Pod = containers.Pod,
            Containers = added,
            Existing = containers.EphemeralContainers,
        },
        Names = [.. manifest.Containers.Select(static c => c["name"]!.ToString())],
        UnknownFields = [.. manifest.Containers.SelectMany(static (c, i) => ManifestRules.FindUnknown(c).Select(field => $"{ListPath}[{i}].{field}"))],
        Current = pod,
    };

    private static void CheckIdentity(JsonObject pod, EphemeralManifest manifest, PodContainers containers)
    {
        if (manifest.Pod is { } name && name != containers.Pod)
        {
            throw ManifestException.OtherPod($"The document is for pod '{name}', not for '{containers.Pod}'.");
        }

        if (manifest.Namespace is { } podNamespace && podNamespace != containers.Namespace)
        {
            throw ManifestException.OtherPod($"The document is for namespace '{podNamespace}', not for '{containers.Namespace}'.");
        }

        if (manifest.Uid is { } uid && uid != pod["metadata"]?["uid"]?.ToString())
        {
            throw ManifestException.OtherPod(
                $"The document is for another pod of the name '{containers.Namespace}/{containers.Pod}' (metadata.uid '{uid}'), which is no more.");
        }
    }

    private static Dictionary<string, JsonObject> Existing(JsonObject pod)
    {
        var existing = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (JsonObject container in (pod["spec"]?["ephemeralContainers"] as JsonArray ?? []).OfType<JsonObject>())
        {
            existing[container["name"]?.ToString() ?? ""] = container;
        }

        return existing;
    }

    private static List<KubernetesStatusCause> FindRemoved(EphemeralManifest manifest, Dictionary<string, JsonObject> existing)
    {
        if (!manifest.IsWholeList)
        {
            return [];
        }

        IEnumerable<string> kept = manifest.Containers.Select(static c => c["name"]?.ToString() ?? "");
        return [.. existing.Keys.Except(kept, StringComparer.Ordinal)
            .Select(static name => Forbidden($"existing ephemeral containers \"{name}\" may not be removed"))];
    }

    private static KubernetesStatusCause Forbidden(string reason) => new(ListPath, "FieldValueForbidden", $"Forbidden: {reason}");

    /// <summary>The container without what says nothing, which a merge would take for a wish to delete.</summary>
    private static JsonObject Clean(JsonObject container)
    {
        JsonObject clean = container.DeepClone().AsObject();
        ContainerJson.RemoveNulls(clean);
        ContainerJson.RemoveUnset(clean);
        return ContainerJson.Sort(clean)!.AsObject();
    }
}
