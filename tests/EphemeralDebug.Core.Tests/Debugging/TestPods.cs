using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>Pods of a few words, and plans for them.</summary>
internal static class TestPods
{
    public static readonly ContainerOptions Options = new() { Image = "busybox", Name = "dbg", Profile = DebugProfile.Legacy };

    /// <summary>A pod shop/web with the given spec, status and annotations in JSON.</summary>
    public static JsonObject Pod(string spec, string status = "{}", string annotations = "{}") => Json(
        $$"""{"metadata":{"namespace":"shop","name":"web","annotations":{{annotations}}},"spec":{{spec}},"status":{{status}}}""");

    public static ContainerPlan Plan(JsonObject pod, ContainerOptions options, NodeSystem? system = null) =>
        ContainerPlanner.Plan(pod, options, RandomNameSource.Instance, system);

    public static string? Field(ContainerPlan plan, string name) => plan.Container[name]?.ToJsonString();

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
