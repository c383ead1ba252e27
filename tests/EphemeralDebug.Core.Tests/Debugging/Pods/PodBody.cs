using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging.Pods;

/// <summary>The body of a created pod in one form for all who write it.</summary>
internal static class PodBody
{
    /// <summary>
    /// Go writes objects in the order of their keys, and kubectl the variables given with --env in any (they go through
    /// a map); the recordings leave out what is empty.
    /// </summary>
    public static string Canonical(JsonNode body)
    {
        JsonNode sorted = ContainerJson.Sort(body)!;
        foreach (string list in (string[])["containers", "initContainers"])
        {
            foreach (JsonNode? container in sorted["spec"]![list] as JsonArray ?? [])
            {
                Reduce(container!.AsObject());
            }
        }

        return sorted.ToJsonString();
    }

    private static void Reduce(JsonObject container)
    {
        if (container["resources"] is JsonObject { Count: 0 })
        {
            container.Remove("resources");
        }

        if (container["env"] is JsonArray variables)
        {
            container["env"] = new JsonArray(
                [.. variables.Select(static v => v!.DeepClone()).OrderBy(static v => (string)v["name"]!, StringComparer.Ordinal)]);
        }
    }
}
