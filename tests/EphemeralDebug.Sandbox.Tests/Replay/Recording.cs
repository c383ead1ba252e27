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
internal sealed class Recording
{
    private readonly Lazy<IReadOnlyDictionary<string, Scenario>> _scenarios;

    private Recording(string file, IReadOnlyDictionary<string, string> notReproduced)
    {
        NotReproduced = notReproduced;
        _scenarios = new Lazy<IReadOnlyDictionary<string, Scenario>>(() => Load(file));
    }

    /// <summary>A server of today.</summary>
    public static Recording Current { get; } = new("apiserver.json", Replay.NotReproduced.Current);

    /// <summary>Kubernetes 1.20, where ephemeral containers were alpha.</summary>
    public static Recording Legacy { get; } = new("apiserver-1.20.json", Replay.NotReproduced.Legacy);

    public IReadOnlyDictionary<string, Scenario> Scenarios => _scenarios.Value;

    /// <summary>What of it the sandbox does not reproduce, with the reasons.</summary>
    public IReadOnlyDictionary<string, string> NotReproduced { get; }

    private static Dictionary<string, Scenario> Load(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Conformance", file);
        JsonNode recording = JsonNode.Parse(File.ReadAllBytes(path))!;
        return recording["scenarios"]!.AsArray()
            .Select(scenario => new Scenario(
                (string)scenario!["name"]!,
                scenario["given"]!.AsObject(),
                [.. scenario["steps"]!.AsArray().Select(step => step!.AsObject())]))
            .ToDictionary(scenario => scenario.Name, StringComparer.Ordinal);
    }
}
