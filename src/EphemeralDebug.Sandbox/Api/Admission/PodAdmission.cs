using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Admission;

/// <summary>What the admission plugins that are on by default add to a new pod.</summary>
internal static class PodAdmission
{
    private const string TokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>How long a pod stays on a node that has become unusable, in seconds.</summary>
    private const long UnusableNodeSeconds = 300;

    private static readonly string[] UnusableNodeTaints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

    private static readonly Dictionary<string, long> PriorityClasses = new(StringComparer.Ordinal)
    {
        ["system-cluster-critical"] = 2_000_000_000,
        ["system-node-critical"] = 2_000_001_000,
    };

    public static void Apply(JsonObject pod)
    {
        JsonObject spec = pod.Object("spec")!;

        // The API server makes no token for the mirror of a static pod.
        if (!pod.Object("metadata").Object("annotations").Has("kubernetes.io/config.mirror"))
        {
            AddServiceAccount(spec);
        }

        AddTolerations(spec);
        AddPriority(pod, spec);
    }

    /// <summary>The quality of service that follows from a pod's resources.</summary>
    public static string QualityOfService(JsonObject spec)
    {
        JsonObject[] containers = [.. PodSpecs.AllContainers(spec)];
        bool Limited(JsonObject container, string resource) =>
            container.Object("resources").Object("limits").Text(resource) is { } limit
            && ResourceRules.Amount(limit) == ResourceRules.Amount(container.Object("resources").Object("requests").Text(resource));
        if (!containers.Any(container => container.Object("resources") is { Count: > 0 }))
        {
            return "BestEffort";
        }

        return Array.TrueForAll(containers, container => Limited(container, "cpu") && Limited(container, "memory"))
            ? "Guaranteed"
            : "Burstable";
    }

    private static void AddServiceAccount(JsonObject spec)
    {
        if (string.IsNullOrEmpty(spec.Text("serviceAccountName")))
        {
            spec["serviceAccountName"] = "default";
        }

        spec["serviceAccount"] = spec.Text("serviceAccountName");
        if (spec.Flag("automountServiceAccountToken") == false)
        {
            return;
        }

        JsonObject[] unmounted = [.. PodSpecs.ContainerLists
            .Where(list => list != PodSpecs.EphemeralContainers)
            .SelectMany(list => spec.Items(list))
            .Where(container => !container.Items("volumeMounts").Any(mount => mount.Text("mountPath") == TokenPath))];
        if (unmounted.Length == 0)
        {
            return;
        }

        string volume = $"kube-api-access-{RandomName.Suffix()}";
        GetOrAddArray(spec, "volumes").Add(TokenVolume(volume));
        foreach (JsonObject container in unmounted)
        {
            GetOrAddArray(container, "volumeMounts").Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = TokenPath });
        }
    }

    private static JsonObject TokenVolume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };

    /// <summary>Lets a pod stay on an unusable node for a while; a change of a pod cannot take that away.</summary>
    public static void AddTolerations(JsonObject spec)
    {
        foreach (string taint in UnusableNodeTaints)
        {
            bool tolerated = spec.Items("tolerations").Any(toleration =>
                (string.IsNullOrEmpty(toleration.Text("key")) || toleration.Text("key") == taint)
                && toleration.Text("effect") is null or "" or "NoExecute");
            if (!tolerated)
            {
                GetOrAddArray(spec, "tolerations").Add(new JsonObject
                {
                    ["key"] = taint,
                    ["operator"] = "Exists",
                    ["effect"] = "NoExecute",
                    ["tolerationSeconds"] = UnusableNodeSeconds,
                });
            }
        }
    }

    private static void AddPriority(JsonObject pod, JsonObject spec)
    {
        string priorityClass = spec.Text("priorityClassName") ?? "";
        if (priorityClass.Length > 0 && !PriorityClasses.ContainsKey(priorityClass))
        {
            throw new ApiStatusException(ApiStatus.Forbidden(
                new ResourceKind("pods", ""), pod.Object("metadata").Text("name"), $"no PriorityClass with name {priorityClass} was found"));
        }

        spec["priority"] = PriorityClasses.GetValueOrDefault(priorityClass);
        spec["preemptionPolicy"] ??= "PreemptLowerPriority";
    }

    private static JsonArray GetOrAddArray(JsonObject target, string name)
    {
        if (target.Array(name) is not { } array)
        {
            array = [];
            target[name] = array;
        }

        return array;
    }
}
