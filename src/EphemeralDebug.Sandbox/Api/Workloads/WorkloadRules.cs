using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Workloads;

/// <summary>What workloads have to fulfil.</summary>
internal static class WorkloadRules
{
    private static readonly string[] Selecting = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"];

    /// <summary>All mistakes of a workload, new or changed.</summary>
    public static IReadOnlyList<FieldError> Check(string kind, JsonObject workload)
    {
        JsonObject spec = workload.Object("spec")!;
        return
        [
            .. MetadataRules.Check(workload.Object("metadata")!, kind == "Service" ? NameRules.DnsLabel : NameRules.DnsSubdomain),
            .. spec.Integer("replicas") is { } replicas and < 0
                ? [FieldError.Invalid("spec.replicas", replicas, "must be greater than or equal to 0")]
                : Array.Empty<FieldError>(),
            .. Selecting.Contains(kind, StringComparer.Ordinal) ? Selector(spec) : [],
            .. Template(kind, spec),
        ];
    }

    /// <summary>All mistakes of a change of a workload.</summary>
    public static IReadOnlyList<FieldError> CheckUpdate(string kind, JsonObject workload, JsonObject stored)
    {
        bool selectsOthers = Selecting.Contains(kind, StringComparer.Ordinal)
            && !JsonNode.DeepEquals(workload.Object("spec")?["selector"], stored.Object("spec")?["selector"]);
        return
        [
            .. MetadataRules.CheckUpdate(workload.Object("metadata")!, stored.Object("metadata")!),
            .. Check(kind, workload),
            .. selectsOthers
                ? [FieldError.InvalidValue("spec.selector", ApiJson.ToText(workload.Object("spec")?["selector"]), "field is immutable")]
                : Array.Empty<FieldError>(),
        ];
    }

    private static IEnumerable<FieldError> Selector(JsonObject spec)
    {
        if (spec.Object("selector") is not { Count: > 0 } selector)
        {
            yield return FieldError.Required("spec.selector");
        }
        else if (!LabelSelector.Of(selector).Matches(spec.Object("template").Object("metadata").Object("labels")))
        {
            JsonNode? labels = spec.Object("template").Object("metadata")?["labels"];
            yield return FieldError.InvalidValue(
                "spec.template.metadata.labels", labels is null ? "null" : ApiJson.ToText(labels), "`selector` does not match template `labels`");
        }
    }

    /// <summary>The paths of what is wrong with a template's pod begin where the template is.</summary>
    private static IEnumerable<FieldError> Template(string kind, JsonObject spec)
    {
        if (kind is "Service" or "CronJob")
        {
            return [];
        }

        JsonObject pod = spec.Object("template")?.Copy() ?? [];
        pod.GetOrAddObject("metadata")["name"] = "template";
        return PodRules.Check(pod, PodDialect.Current).Select(error => error with { Field = $"spec.template.{error.Field}" });
    }
}
