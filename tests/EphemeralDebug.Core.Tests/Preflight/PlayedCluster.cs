using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging.Preflight;

namespace EphemeralDebug.Core.Tests.Preflight;

/// <summary>A server of any version with any rights, played over real sockets. What it is not told of, it allows.</summary>
internal sealed class PlayedCluster : IAsyncDisposable
{
    private readonly ScriptedServer _server;

    public PlayedCluster() => _server = new ScriptedServer(AnswerAsync);

    public string Version { get; init; } = "v1.36.2";

    /// <summary>The kind of pods/ephemeralcontainers in discovery; null where it is not served.</summary>
    public string? Kind { get; init; } = "Pod";

    /// <summary>Who the user is; null for a server that does not tell.</summary>
    public string? User { get; init; } = "jane";

    /// <summary>Denied rights, as <c>patch pods/ephemeralcontainers</c>.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>Paths (of the end of a request's) that are refused, each with its status.</summary>
    public Dictionary<string, int> Refused { get; init; } = [];

    public JsonObject Labels { get; init; } = [];

    public JsonObject Pod { get; init; } = RunningPod();

    public JsonObject Node { get; init; } = new() { ["operatingSystem"] = "linux", ["kubeletVersion"] = "v1.36.2" };

    /// <summary>What every answer waits for.</summary>
    public Func<CancellationToken, Task> BeforeAnswer { get; init; } = static _ => Task.CompletedTask;

    public IEnumerable<ScriptedRequest> Requests => _server.Requests;

    public static JsonObject RunningPod() => (JsonObject)JsonNode.Parse(
        """
        {"kind": "Pod", "metadata": {"name": "web", "namespace": "apps"},
         "spec": {"nodeName": "n1", "containers": [{"name": "app"}], "initContainers": [{"name": "init"}]},
         "status": {"phase": "Running", "containerStatuses": [{"name": "app", "state": {"running": {}}}],
                    "initContainerStatuses": [{"name": "init", "state": {"terminated": {"reason": "Completed"}}}]}}
        """)!;

    public async Task<IReadOnlyList<EphemeralClusterCheck>> TestAsync(string? pod = null, string? target = null, TimeSpan? limit = null)
    {
        using var session = new ClusterSession(new ClusterConfiguration { Server = _server.Address }, TimeProvider.System);
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        return await ClusterPreflight.RunAsync(session, "apps", pod, target, limit ?? TimeSpan.FromMinutes(1), end.Token);
    }

    public async Task<EphemeralClusterCheck> FindAsync(string check, string? pod, string? target = null) =>
        Assert.Single(await TestAsync(pod, target), found => found.Name == check);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(ScriptedRequest request, Stream stream, CancellationToken cancellationToken)
    {
        await BeforeAnswer(cancellationToken);
        (int status, JsonObject body) = Refused.FirstOrDefault(entry => request.Path.EndsWith(entry.Key, StringComparison.Ordinal)) is { Key: not null } refused
            ? (refused.Value, Refusal(refused.Value, request))
            : Answer(request);
        await ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(status, "application/json", body.ToJsonString()), cancellationToken);
    }

    private (int Status, JsonObject Body) Answer(ScriptedRequest request) => request.Path switch
    {
        "/version" => (200, new JsonObject { ["gitVersion"] = Version }),
        "/api/v1" => (200, new JsonObject { ["kind"] = "APIResourceList", ["resources"] = Resources() }),
        "/api/v1/namespaces/apps" => (200, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = Labels.DeepClone() } }),
        "/api/v1/namespaces/apps/pods/web" => (200, Pod),
        "/api/v1/nodes/n1" => (200, new JsonObject { ["status"] = new JsonObject { ["nodeInfo"] = Node.DeepClone() } }),
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" when User is not null =>
            (201, new JsonObject { ["status"] = new JsonObject { ["userInfo"] = new JsonObject { ["username"] = User } } }),
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" =>
            (201, new JsonObject { ["status"] = new JsonObject { ["allowed"] = !Denied.Contains(RightOf(request), StringComparer.Ordinal) } }),
        _ => (404, Refusal(404, request)),
    };

    private static string RightOf(ScriptedRequest request)
    {
        JsonNode attributes = JsonNode.Parse(request.Body)!["spec"]!["resourceAttributes"]!;
        return $"{attributes["verb"]} {attributes["resource"]}{(attributes["subresource"] is { } subresource ? $"/{subresource}" : "")}";
    }

    private static JsonObject Refusal(int status, ScriptedRequest request) => new()
    {
        ["kind"] = "Status",
        ["status"] = "Failure",
        ["code"] = status,
        ["reason"] = status switch { 401 => "Unauthorized", 403 => "Forbidden", _ => "NotFound" },
        ["message"] = status == 403
            ? $"it is forbidden: User \"jane\" cannot get resource in API group \"\" at the cluster scope"
            : $"{request.Path} is refused",
    };

    private JsonArray Resources() => Kind is null
        ? [new JsonObject { ["name"] = "pods", ["kind"] = "Pod" }]
        : [new JsonObject { ["name"] = "pods", ["kind"] = "Pod" }, new JsonObject { ["name"] = "pods/ephemeralcontainers", ["kind"] = Kind }];
}
