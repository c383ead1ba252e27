using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>Takes over what a container has mounted, as far as an ephemeral container may have it.</summary>
internal static class VolumeMountCopy
{
    private static readonly string[] s_subPathFields = ["subPath", "subPathExpr"];

    /// <summary>The mounts to add; what had to stay behind is told as a warning.</summary>
    public static JsonArray Of(JsonObject source, ICollection<string> warnings)
    {
        JsonObject[] mounts = [.. (source["volumeMounts"] as JsonArray ?? []).OfType<JsonObject>()];
        string[] left =
        [
            .. mounts.Where(HasSubPath).Select(static mount => $"{mount["mountPath"]} (volume {mount["name"]})"),
        ];
        if (left.Length > 0)
        {
            warnings.Add($"Of container \"{source["name"]}\" these mounts are left out, because an ephemeral container cannot mount a sub-path of a volume: {string.Join(", ", left)}.");
        }

        // Two who write to one raw device destroy what is on it, which two mounts of one volume do not.
        if (source["volumeDevices"] is JsonArray { Count: > 0 } devices)
        {
            warnings.Add($"Of container \"{source["name"]}\" block devices are not taken over: {string.Join(", ", devices.Select(static device => device?["devicePath"]))}.");
        }

        return new JsonArray([.. mounts.Where(static mount => !HasSubPath(mount)).Select(Copy)]);
    }

    private static bool HasSubPath(JsonObject mount) => s_subPathFields.Any(field => !ContainerJson.IsEmpty(mount[field]));

    /// <summary>
    /// What is mounted later on the host is to be seen here too, but to mount anything there takes a privileged
    /// container, and is nothing that a look at the volumes needs.
    /// </summary>
    private static JsonNode Copy(JsonObject mount)
    {
        JsonObject copy = mount.DeepClone().AsObject();
        if ((string?)copy["mountPropagation"] == "Bidirectional")
        {
            copy["mountPropagation"] = "HostToContainer";
        }

        return copy;
    }
}
