using System.Text.Json.Nodes;

namespace EphemeralDebug.Core.Tests.Support;

/// <summary>The answers of a real API server, from tests/Conformance.</summary>
internal sealed class ServerRecording(string file)
{
    private readonly JsonObject _document = JsonNode.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Conformance", file)))!.AsObject();

    /// <summary>Kubernetes 1.20, whose subresource has the legacy form.</summary>
    public static ServerRecording Legacy { get; } = new("apiserver-1.20.json");

    /// <summary>A server of today.</summary>
    public static ServerRecording Modern { get; } = new("apiserver.json");

    /// <summary>The request and the answer of a step.</summary>
    public RecordedStep Step(string scenario, int step)
    {
        JsonNode recorded = _document["scenarios"]!.AsArray().Single(s => (string)s!["name"]! == scenario)!["steps"]![step]!;
        return new RecordedStep(
            recorded["request"]!.AsObject(),
            (int)recorded["response"]!["status"]!,
            recorded["response"]!["body"]!.AsObject());
    }
}

/// <summary>One exchange with a real server.</summary>
internal sealed record RecordedStep(JsonObject Request, int Status, JsonObject Body)
{
    /// <summary>What the server was sent.</summary>
    public JsonNode RequestBody => Request["body"]!;

    /// <summary>The answer, with a time where the recording has a placeholder for one.</summary>
    public string Answer() => ScriptedServer.Answer(
        Status, "application/json", Body.ToJsonString().Replace("\\u003Ctime\\u003E", "2026-01-01T00:00:00Z", StringComparison.Ordinal));
}
