using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>One recorded scenario: what there is before, and the steps.</summary>
internal sealed record Scenario(string Name, JsonObject Given, IReadOnlyList<JsonObject> Steps)
{
    /// <summary>About how long its pauses and its watches take.</summary>
    public double WaitingSeconds => Steps.Sum(step =>
        ((step.Integer("pauseMs") ?? 0) / 1000.0)
        + double.Parse(step.Object("request").Object("query").Text("timeoutSeconds") ?? "0", CultureInfo.InvariantCulture));
}

/// <summary>The recording of a real API server; what its parts mean is told in its own "about".</summary>
internal static class Recording
{
    private static readonly Lazy<IReadOnlyDictionary<string, Scenario>> Loaded = new(Load);

    public static IReadOnlyDictionary<string, Scenario> Scenarios => Loaded.Value;

    private static Dictionary<string, Scenario> Load()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Conformance", "apiserver.json");
        JsonNode recording = JsonNode.Parse(File.ReadAllBytes(path))!;
        return recording["scenarios"]!.AsArray()
            .Select(scenario => new Scenario(
                (string)scenario!["name"]!,
                scenario["given"]!.AsObject(),
                [.. scenario["steps"]!.AsArray().Select(step => step!.AsObject())]))
            .ToDictionary(scenario => scenario.Name, StringComparer.Ordinal);
    }
}
