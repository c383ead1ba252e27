using System.Text.Json;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>Why a pod is known to be a debug pod.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Creator">The program that made it.</param>
/// <param name="Reason">What in the pod says so.</param>
internal sealed record DebugPodEvidence(DebugPodKind Kind, string Creator, string Reason);

/// <summary>
/// Tells debug pods from all others by what this module and kubectl debug leave in them. Both send the same request,
/// and a copy has no label of its own, but the server records in metadata.managedFields which client set which field.
/// What only might be a debug pod counts as none.
/// </summary>
internal static class DebugPodOrigin
{
    private const string Module = "EphemeralDebug";

    private const string Kubectl = "kubectl debug";

    /// <summary>The evidence, or null when the pod is not certainly a debug pod.</summary>
    public static DebugPodEvidence? Find(TracedPodResource pod)
    {
        bool hasNodePodName = HasNodePodName(pod);
        if (FindCreation(pod, static manager => manager is ApiClient.Product) is not null)
        {
            return new DebugPodEvidence(
                hasNodePodName ? DebugPodKind.Node : DebugPodKind.Copy, Module, "the server recorded that this module created it");
        }

        if (Controller(pod) is not null)
        {
            return null;
        }

        if (hasNodePodName && HasLabel(pod))
        {
            return new DebugPodEvidence(DebugPodKind.Node, Kubectl, "its name and label are those of kubectl debug");
        }

        return FindCreation(pod, IsKubectl) switch
        {
            null => null,
            _ when hasNodePodName => new DebugPodEvidence(
                DebugPodKind.Node, Kubectl, "its name is that of kubectl debug, and kubectl created it"),
            var creation when HoldsServerFields(creation) => new DebugPodEvidence(
                DebugPodKind.Copy, Kubectl, "kubectl created it as a copy of a running pod"),
            _ => null,
        };
    }

    /// <summary>Why the pod does not count as a debug pod, as the end of a sentence about it.</summary>
    public static string DescribeOther(TracedPodResource pod)
    {
        if (Controller(pod) is { } owner)
        {
            return $"it belongs to {owner.Kind} '{owner.Name}'";
        }

        return pod.Metadata?.ManagedFields?.Find(HasContainers)?.Manager is { Length: > 0 } creator
            ? $"it was created by '{ControlCharacters.MakeVisible(creator)}' and carries no mark of a debug pod"
            : "it carries no mark of a debug pod, and the server did not record who created it";
    }

    /// <summary>What a manager of these names set when it created the pod. To apply is not how debug pods are created.</summary>
    private static ManagedFieldsEntry? FindCreation(TracedPodResource pod, Predicate<string> isCreator) =>
        pod.Metadata?.ManagedFields?.Find(entry =>
            entry is { Manager: { } manager, Operation: "Update" } && isCreator(manager) && HasContainers(entry));

    /// <summary>Who made a container has the item itself, beside its fields; so whoever has one created the pod.</summary>
    private static bool HasContainers(ManagedFieldsEntry entry) =>
        string.IsNullOrEmpty(entry.Subresource)
        && Field(entry.FieldsV1, "f:spec") is { } spec
        && Field(spec, "f:containers") is { ValueKind: JsonValueKind.Object } containers
        && containers.EnumerateObject().Any(static container => Field(container.Value, ".") is not null);

    /// <summary>
    /// kubectl's other commands give themselves other names (kubectl-create, kubectl-run, …); debug is known by its
    /// program's name alone.
    /// </summary>
    private static bool IsKubectl(string manager) => manager is "kubectl" or "kubectl.exe";

    /// <summary>
    /// Whether the creator set the pod's priority, which the server works out for every pod and people write as a
    /// priorityClassName: it sent what it had read of another pod.
    /// </summary>
    private static bool HoldsServerFields(ManagedFieldsEntry creation) =>
        Field(creation.FieldsV1, "f:spec") is { } spec && Field(spec, "f:priority") is not null;

    private static JsonElement? Field(JsonElement fields, string name) =>
        fields.ValueKind is JsonValueKind.Object && fields.TryGetProperty(name, out JsonElement field) ? field : null;

    private static OwnerReference? Controller(TracedPodResource pod) =>
        pod.Metadata?.OwnerReferences?.Find(static owner => owner.Controller);

    private static bool HasLabel(TracedPodResource pod) =>
        pod.Metadata?.Labels?.GetValueOrDefault(NodePodPlanner.ManagedByLabel) is NodePodPlanner.ManagedByValue;

    private static bool HasNodePodName(TracedPodResource pod) =>
        pod is { Metadata.Name: { } name, Spec.NodeName: { Length: > 0 } node }
        && NodePodPlanner.NamePrefix(node) is { } prefix
        && name.StartsWith(prefix, StringComparison.Ordinal)
        && RandomNameSource.IsSuffix(name[prefix.Length..]);
}
