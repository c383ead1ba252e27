using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Workloads;

/// <summary>What only the server sets in a new workload.</summary>
internal static class WorkloadAdmission
{
    private const string NoAddress = "None";

    public static void Complete(ResourceDefinition resource, JsonObject created)
    {
        created["status"] = new JsonObject();
        switch (resource.Kind)
        {
            case "Service":
                GiveAddress(created.Object("spec")!);
                created["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
                return;
            case "Job":
                SelectOwnPods(created);
                break;
        }

        created.Object("metadata")!["generation"] = 1;
    }

    private static void GiveAddress(JsonObject spec)
    {
        if (spec.Text("type") == "ExternalName")
        {
            return;
        }

        string address = spec.Text("clusterIP") is { Length: > 0 } given
            ? given
            : string.Create(CultureInfo.InvariantCulture, $"10.96.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(1, 255)}");
        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
        if (address != NoAddress)
        {
            spec["ipFamilies"] = new JsonArray("IPv4");
            spec["ipFamilyPolicy"] = "SingleStack";
        }
    }

    /// <summary>A job knows its pods by its uid.</summary>
    private static void SelectOwnPods(JsonObject job)
    {
        JsonObject metadata = job.Object("metadata")!;
        JsonObject spec = job.Object("spec")!;
        if (spec.Flag("manualSelector") == true)
        {
            return;
        }

        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = metadata.Text("uid") } };
        JsonObject labels = spec.GetOrAddObject("template").GetOrAddObject("metadata").GetOrAddObject("labels");
        foreach (string prefix in (string[])["", "batch.kubernetes.io/"])
        {
            labels[$"{prefix}controller-uid"] = metadata.Text("uid");
            labels[$"{prefix}job-name"] = metadata.Text("name");
        }
    }
}
