using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Profiles;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>Turns a node and what a user asked for into the plan of a pod on that node. Pure.</summary>
internal static class NodePodPlanner
{
    /// <summary>What tells the pods that kubectl debug makes on nodes, and by which this module's are found too.</summary>
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedByLabel"/>.</summary>
    public const string ManagedByValue = "kubectl-debug";

    private const string DefaultContainer = "debugger";

    /// <summary>Plans a pod that runs on the node past the scheduler and past every taint, and is never restarted.</summary>
    /// <param name="node">The node as the server returned it.</param>
    /// <param name="podNamespace">The namespace of the new pod.</param>
    /// <param name="options">What was asked of its container.</param>
    /// <param name="names">Where the random part of the pod's name comes from.</param>
    /// <exception cref="PlanException">What was asked makes no sense.</exception>
    public static PodPlan Plan(JsonObject node, string podNamespace, PodContainerOptions options, INameSource names)
    {
        PlanChecks.CheckImage(options.Image);
        options.Check();
        string nodeName = PodParts.Metadata(node, "name");
        string containerName = string.IsNullOrEmpty(options.Name) ? DefaultContainer : ContainerName.CheckLabel(options.Name);
        string podName = NamePrefix(nodeName) + names.NextSuffix();

        JsonObject container = ContainerChange.Create(containerName);
        ContainerChange.Apply(options.ForNewContainer(), container);
        JsonObject pod = Describe(podName, nodeName, container);
        PodProfile.ApplyToNodePod(options.Profile, pod, container);
        if (options.CustomProfile is { } custom)
        {
            CustomProfile.Apply(custom, container);
        }

        return new PodPlan
        {
            Kind = DebugPodKind.Node,
            Namespace = podNamespace,
            Name = podName,
            HasRandomName = true,
            Pod = pod,
            Container = containerName,
            AddsContainer = true,
            Node = nodeName,
        };
    }

    /// <summary>What the names of the debug pods of a node begin with; a random suffix follows.</summary>
    public static string NamePrefix(string nodeName) => $"node-debugger-{nodeName}-";

    private static JsonObject Describe(string podName, string nodeName, JsonObject container) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = podName,
            ["labels"] = new JsonObject { [ManagedByLabel] = ManagedByValue },
        },
        ["spec"] = new JsonObject
        {
            [PodParts.ContainerList] = new JsonArray(container),
            ["nodeName"] = nodeName,
            ["restartPolicy"] = "Never",
            ["tolerations"] = new JsonArray(new JsonObject { ["operator"] = "Exists" }),
        },
    };
}
