using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Admission;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Workloads;

/// <summary>What the API server fills in where a workload leaves something out.</summary>
internal static class WorkloadDefaults
{
    public static void Apply(string kind, JsonObject workload)
    {
        JsonObject spec = workload.GetOrAddObject("spec");
        switch (kind)
        {
            case "Deployment":
                Set(spec, "replicas", 1);
                Set(spec, "revisionHistoryLimit", 10);
                Set(spec, "progressDeadlineSeconds", 600);
                JsonObject strategy = spec.GetOrAddObject("strategy");
                Set(strategy, "type", "RollingUpdate");
                if (strategy.Text("type") == "RollingUpdate")
                {
                    JsonObject rolling = strategy.GetOrAddObject("rollingUpdate");
                    Set(rolling, "maxUnavailable", "25%");
                    Set(rolling, "maxSurge", "25%");
                }

                break;
            case "ReplicaSet":
                Set(spec, "replicas", 1);
                break;
            case "StatefulSet":
                Set(spec, "replicas", 1);
                Set(spec, "revisionHistoryLimit", 10);
                Set(spec, "podManagementPolicy", "OrderedReady");
                Set(spec.GetOrAddObject("updateStrategy"), "type", "RollingUpdate");
                break;
            case "DaemonSet":
                Set(spec, "revisionHistoryLimit", 10);
                Set(spec.GetOrAddObject("updateStrategy"), "type", "RollingUpdate");
                break;
            case "Job":
                ApplyToJob(spec);
                break;
            case "CronJob":
                Set(spec, "concurrencyPolicy", "Allow");
                Set(spec, "suspend", false);
                Set(spec, "successfulJobsHistoryLimit", 3);
                Set(spec, "failedJobsHistoryLimit", 1);
                ApplyToTemplate(spec.GetOrAddObject("jobTemplate").GetOrAddObject("spec"));
                break;
            case "Service":
                ApplyToService(spec);
                break;
        }

        ApplyToTemplate(spec);
    }

    private static void ApplyToJob(JsonObject spec)
    {
        Set(spec, "completions", 1);
        Set(spec, "parallelism", 1);
        Set(spec, "backoffLimit", 6);
        Set(spec, "completionMode", "NonIndexed");
        Set(spec, "suspend", false);
    }

    private static void ApplyToService(JsonObject spec)
    {
        Set(spec, "type", "ClusterIP");
        Set(spec, "sessionAffinity", "None");
        Set(spec, "internalTrafficPolicy", "Cluster");
        foreach (JsonObject port in spec.Items("ports"))
        {
            Set(port, "protocol", "TCP");
            Set(port, "targetPort", port.Integer("port") ?? 0);
        }
    }

    private static void ApplyToTemplate(JsonObject spec)
    {
        if (spec.Object("template") is { } template)
        {
            PodDefaults.Apply(template);
        }
    }

    private static void Set<T>(JsonObject target, string field, T value)
    {
        if (target[field] is null || target.Text(field) is "")
        {
            target[field] = JsonValue.Create(value);
        }
    }
}
