using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>The containers of a pod.</summary>
internal static class PodSpecs
{
    public const string EphemeralContainers = "ephemeralContainers";

    /// <summary>The lists that hold containers, in the order in which the API server walks through them.</summary>
    public static IReadOnlyList<string> ContainerLists { get; } = ["initContainers", "containers", EphemeralContainers];

    public static IEnumerable<JsonObject> AllContainers(JsonObject? spec) =>
        ContainerLists.SelectMany(list => spec.Items(list));
}
