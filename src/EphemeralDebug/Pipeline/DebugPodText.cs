using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Pipeline;

/// <summary>Says what is going to be made, for the question whether to go on.</summary>
internal static class DebugPodText
{
    /// <summary>What is looked at and, with a replacement, deleted.</summary>
    public static string DescribeTarget(PodPlan plan) =>
        plan.Kind is DebugPodKind.Node ? $"node {plan.Node}" : $"pod {plan.Namespace}/{plan.SourcePod}";

    /// <summary>The new pod, its container and its powers.</summary>
    public static string Describe(PodPlan plan, DebugProfile profile)
    {
        string what = plan.Kind is DebugPodKind.Node
            ? $"Create pod '{plan.Namespace}/{plan.Name}' on the node{Powers(plan)}"
            : $"Create copy '{plan.Namespace}/{plan.Name}'{(plan.Node is null ? "" : $" on node {plan.Node}")}";
        string container = plan.Container is null
            ? " with other images"
            : $" with {(plan.AddsContainer ? "container" : "changed container")} '{plan.Container}' (image {plan.Image}, profile {profile})";
        string replacement = plan.ReplacesSource ? $", then DELETE the original pod '{plan.Namespace}/{plan.SourcePod}' at once" : "";
        return what + container + replacement;
    }

    private static string Powers(PodPlan plan)
    {
        bool hasNamespaces = plan.Pod["spec"]?["hostPID"] is not null;
        bool hasRoot = plan.Pod["spec"]?["volumes"] is not null;
        return (hasNamespaces, hasRoot) switch
        {
            (true, true) => ", in its namespaces and with its files at /host,",
            (true, false) => ", in its namespaces,",
            _ => "",
        };
    }
}
