using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>What a whole pod has to fulfil, whether it is new or changed.</summary>
internal static class PodRules
{
    private const string InitContainerField = "may not be set for init containers without restartPolicy=Always";

    private static readonly string[] RestartPolicies = ["Always", "OnFailure", "Never"];
    private static readonly string[] DnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    private static readonly string[] TaintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    private static readonly string[] TolerationOperators = ["Equal", "Exists"];
    private static readonly string[] ProbesAndHooks = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

    /// <summary>All mistakes of a new pod.</summary>
    public static IReadOnlyList<FieldError> CheckNew(JsonObject pod, PodDialect dialect) =>
    [
        .. Check(pod, dialect),
        .. pod.Object("spec").Array(PodSpecs.EphemeralContainers) is { Count: > 0 }
            ? [FieldError.Forbidden("spec.ephemeralContainers", "cannot be set on create")]
            : Array.Empty<FieldError>(),
    ];

    public static IEnumerable<FieldError> Check(JsonObject pod, PodDialect dialect)
    {
        JsonObject metadata = pod.Object("metadata") ?? [];
        JsonObject spec = pod.Object("spec") ?? [];
        return
        [
            .. MetadataRules.Check(metadata, NameRules.DnsSubdomain),
            .. Spec(spec, "spec", dialect),
            .. Containers(spec, "containers").SelectMany(entry => ContainerRules.ImageOfPod(entry.Container, entry.Path)),
            .. Containers(spec, "initContainers").SelectMany(entry => ContainerRules.ImageOfPod(entry.Container, entry.Path)),
        ];
    }

    public static IEnumerable<(string Path, JsonObject Container)> Containers(JsonObject spec, string list) =>
        spec.Items(list).Select((container, index) => ($"spec.{list}[{index}]", container));

    private static IEnumerable<FieldError> Spec(JsonObject spec, string path, PodDialect dialect)
    {
        ContainerRules rules = dialect.Containers(spec);
        return
        [
            .. VolumeRules.Check(spec, $"{path}.volumes"),
            .. RegularContainers(spec, rules),
            .. InitContainers(spec, rules),
            .. dialect.EphemeralContainers(spec, rules),
            .. ContainerRules.OneOf(spec.Text("restartPolicy"), RestartPolicies, $"{path}.restartPolicy"),
            .. ContainerRules.OneOf(spec.Text("dnsPolicy"), DnsPolicies, $"{path}.dnsPolicy"),
            .. MetadataRules.Labels(spec.Object("nodeSelector"), $"{path}.nodeSelector"),
            .. SecurityContextRules.Pod(spec, path),
            .. Name(spec, "serviceAccountName", path),
            .. Name(spec, "nodeName", path),
            .. Deadline(spec, $"{path}.activeDeadlineSeconds"),
            .. Tolerations(spec, $"{path}.tolerations"),
            .. SecurityContextRules.OperatingSystem(spec, path),
        ];
    }

    private static IEnumerable<FieldError> RegularContainers(JsonObject spec, ContainerRules rules)
    {
        if (!spec.Items("containers").Any())
        {
            yield return FieldError.Required("spec.containers");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string path, JsonObject container) in Containers(spec, "containers"))
        {
            IEnumerable<FieldError> errors =
            [
                .. rules.Check(container, path),
                .. names.Add(container.Text("name") ?? "") ? [] : new[] { FieldError.Duplicate($"{path}.name", container.Text("name") ?? "") },
                .. container.Has("restartPolicy") ? [FieldError.Forbidden($"{path}.restartPolicy", "may not be set for non-init containers")] : Array.Empty<FieldError>(),
            ];
            foreach (FieldError error in errors)
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> InitContainers(JsonObject spec, ContainerRules rules)
    {
        var names = spec.Items("containers").Select(container => container.Text("name") ?? "").ToHashSet(StringComparer.Ordinal);
        foreach ((string path, JsonObject container) in Containers(spec, "initContainers"))
        {
            string name = container.Text("name") ?? "";
            string? restartPolicy = container.Text("restartPolicy");
            IEnumerable<FieldError> errors =
            [
                .. rules.Check(container, path),
                .. restartPolicy is null or "Always" ? [] : new[] { FieldError.NotSupported($"{path}.restartPolicy", restartPolicy, ["Always"]) },
                .. name.Length == 0 || names.Add(name) ? [] : new[] { FieldError.Duplicate($"{path}.name", name) },
                .. restartPolicy == "Always" ? [] : ProbesAndHooks.Where(container.Has).Select(field => FieldError.Forbidden($"{path}.{field}", InitContainerField)),
            ];
            foreach (FieldError error in errors)
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Name(JsonObject spec, string field, string path) =>
        spec.Text(field) is { Length: > 0 } name
            ? NameRules.DnsSubdomain(name).Select(problem => FieldError.Invalid($"{path}.{field}", name, problem))
            : [];

    private static IEnumerable<FieldError> Deadline(JsonObject spec, string path)
    {
        if (spec.Integer("activeDeadlineSeconds") is { } seconds && seconds is < 1 or > int.MaxValue)
        {
            yield return FieldError.Invalid(path, spec.Integer("activeDeadlineSeconds")!.Value, "must be between 1 and 2147483647, inclusive");
        }
    }

    private static IEnumerable<FieldError> Tolerations(JsonObject spec, string path)
    {
        foreach ((int index, JsonObject toleration) in spec.Items("tolerations").Index())
        {
            string at = $"{path}[{index}]";
            string operation = toleration.Text("operator") ?? "";
            string effect = toleration.Text("effect") ?? "";
            if (string.IsNullOrEmpty(toleration.Text("key")) && operation != "Exists")
            {
                yield return FieldError.Invalid($"{at}.operator", operation, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }

            if (toleration.Has("tolerationSeconds") && effect != "NoExecute")
            {
                yield return FieldError.Invalid($"{at}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }

            if (operation == "Exists" && toleration.Text("value") is { Length: > 0 } value)
            {
                yield return FieldError.Invalid($"{at}.operator", value, "value must be empty when `operator` is 'Exists'");
            }

            if (operation.Length > 0 && !TolerationOperators.Contains(operation, StringComparer.Ordinal))
            {
                yield return FieldError.NotSupported($"{at}.operator", operation, TolerationOperators);
            }

            if (effect.Length > 0 && !TaintEffects.Contains(effect, StringComparer.Ordinal))
            {
                yield return FieldError.NotSupported($"{at}.effect", effect, TaintEffects);
            }
        }
    }
}
