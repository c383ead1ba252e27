using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Admission.PodSecurity;

/// <summary>The admission plugin PodSecurity: refuses pods that do not fit their namespace, or warns of them.</summary>
internal static class PodSecurityAdmission
{
    /// <summary>Judges a pod that is new or changed.</summary>
    /// <exception cref="ApiStatusException">The namespace enforces a level that the pod does not fit.</exception>
    public static IEnumerable<string> AdmitPod(JsonObject? namespaceLabels, JsonObject pod)
    {
        PodSecurityPolicy policy = PodSecurityPolicy.Read(namespaceLabels, out _);
        JsonObject metadata = pod.Object("metadata")!;
        JsonObject spec = pod.Object("spec")!;
        IReadOnlyList<Violation> violations = PodSecurityChecks.Evaluate(policy.Enforce, metadata, spec);
        if (violations.Count > 0)
        {
            throw new ApiStatusException(ApiStatus.Forbidden(
                new ResourceKind("pods", ""),
                metadata.Text("name"),
                $"violates PodSecurity {GoFormat.Quote(policy.Enforce.ToString())}: {PodSecurityChecks.Describe(violations)}"));
        }

        return Warnings(policy, metadata, spec);
    }

    /// <summary>What a pod of a template would violate.</summary>
    public static IEnumerable<string> WarnOf(JsonObject? namespaceLabels, JsonObject template) =>
        Warnings(PodSecurityPolicy.Read(namespaceLabels, out _), template.Object("metadata") ?? [], template.Object("spec") ?? []);

    /// <summary>True when a change of a pod has to be judged: another image or a container more.</summary>
    public static bool IsSignificant(JsonObject pod, JsonObject stored)
    {
        JsonObject spec = pod.Object("spec")!;
        JsonObject storedSpec = stored.Object("spec")!;
        foreach (string list in (string[])["containers", "initContainers"])
        {
            if (!spec.Items(list).Select(container => container.Text("image"))
                .SequenceEqual(storedSpec.Items(list).Select(container => container.Text("image")), StringComparer.Ordinal))
            {
                return true;
            }
        }

        return spec.Items(PodSpecs.EphemeralContainers).Any(container => !storedSpec.Items(PodSpecs.EphemeralContainers)
            .Any(before => before.Text("name") == container.Text("name") && before.Text("image") == container.Text("image")));
    }

    /// <summary>The mistakes in the labels of a namespace.</summary>
    public static IReadOnlyList<FieldError> CheckLabels(JsonObject? labels)
    {
        PodSecurityPolicy.Read(labels, out IReadOnlyList<FieldError> errors);
        return errors;
    }

    /// <summary>What a namespace's new labels would refuse among the pods that are already there.</summary>
    public static IEnumerable<string> WarnOfExistingPods(string name, JsonObject? labels, JsonObject? storedLabels, IEnumerable<JsonObject> pods)
    {
        LevelVersion enforce = PodSecurityPolicy.Read(labels, out _).Enforce;
        LevelVersion before = PodSecurityPolicy.Read(storedLabels, out _).Enforce;
        bool relaxed = enforce.Level == PodSecurityLevel.Privileged || (enforce.Minor == before.Minor && enforce.Level <= before.Level);
        if (enforce == before || relaxed)
        {
            return [];
        }

        string[] warnings = [.. pods
            .Select(pod => (Name: pod.Object("metadata").Text("name") ?? "", Violations: PodSecurityChecks.Evaluate(enforce, pod.Object("metadata")!, pod.Object("spec")!)))
            .Where(pod => pod.Violations.Count > 0)
            .GroupBy(pod => string.Join(", ", pod.Violations.Select(violation => violation.Reason)), pod => pod.Name, StringComparer.Ordinal)
            .Select(group => $"{group.Min(StringComparer.Ordinal)}{Others(group.Count() - 1)}: {group.Key}")
            .Order(StringComparer.Ordinal)];
        return warnings.Length == 0
            ? []
            : warnings.Prepend($"existing pods in namespace {GoFormat.Quote(name)} violate the new PodSecurity enforce level {GoFormat.Quote(enforce.ToString())}");
    }

    private static IEnumerable<string> Warnings(PodSecurityPolicy policy, JsonObject metadata, JsonObject spec)
    {
        IReadOnlyList<Violation> violations = PodSecurityChecks.Evaluate(policy.Warn, metadata, spec);
        return violations.Count == 0
            ? []
            : [$"would violate PodSecurity {GoFormat.Quote(policy.Warn.ToString())}: {PodSecurityChecks.Describe(violations)}"];
    }

    private static string Others(int count) => count switch
    {
        0 => "",
        1 => " (and 1 other pod)",
        _ => $" (and {count} other pods)",
    };
}
