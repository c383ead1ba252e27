using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>
/// What the recorder did between the recorded steps: containers that "given" tells of, a pod's end, a status written in
/// place of a kubelet. That it was done is told by the next answer that shows it.
/// </summary>
internal sealed class UnrecordedWrites(ClusterUnderTest cluster, JsonObject given)
{
    /// <summary>Does what the recorded answer to a request shows and no request has done.</summary>
    public async Task CatchUpAsync(JsonObject request, JsonNode? expected, CancellationToken cancellationToken)
    {
        string path = PodPath(request.Text("path")!);
        if (expected is not JsonObject shown || await ReadAsync(path, cancellationToken) is not { } pod)
        {
            return;
        }

        await AddContainersAsync(path, shown, pod, cancellationToken);
        bool reads = request.Text("method") == "GET";
        if (reads && shown.Object("metadata").Has("deletionTimestamp") && !pod.Object("metadata").Has("deletionTimestamp"))
        {
            await SendAsync("DELETE", path, body: null, cancellationToken);
        }

        bool nobodyRuns = pod.Object("spec").Text("schedulerName") == "none";
        if (reads && nobodyRuns && shown.Object("status").Array("ephemeralContainerStatuses") is { } statuses && !pod.Object("status").Has("ephemeralContainerStatuses"))
        {
            string now = ApiJson.Time(DateTimeOffset.UtcNow);
            JsonNode filled = JsonNode.Parse(ApiJson.ToText(statuses).Replace("<time>", now, StringComparison.Ordinal))!;
            await SendAsync("PATCH", $"{path}/status", new JsonObject { ["status"] = new JsonObject { ["ephemeralContainerStatuses"] = filled } }, cancellationToken);
        }
    }

    private async Task AddContainersAsync(string path, JsonObject shown, JsonObject pod, CancellationToken cancellationToken)
    {
        string[] wanted = Names(shown.Array(PodSpecs.EphemeralContainers) is null ? shown.Object("spec") : shown);
        string[] there = Names(pod.Object("spec"));
        JsonObject[] missing = [.. given.Items("ephemeralContainers")
            .Where(entry => entry.Text("path") == path)
            .SelectMany(entry => entry.Items("added"))
            .Where(container => wanted.Contains(container.Text("name")) && !there.Contains(container.Text("name")))];
        if (missing.Length > 0)
        {
            await SendAsync(
                "PATCH",
                $"{path}/ephemeralcontainers",
                new JsonObject { ["ephemeralContainers"] = new JsonArray([.. missing.Select(container => container.Copy())]) },
                cancellationToken);
        }
    }

    private static string[] Names(JsonObject? list) => [.. list.Items(PodSpecs.EphemeralContainers).Select(container => container.Text("name") ?? "")];

    /// <summary>The path of the pod itself.</summary>
    private static string PodPath(string path) => string.Join('/', path.Split('/').Take(7));

    private async Task<JsonObject?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        bool isPod = path.Split('/') is ["", "api", "v1", "namespaces", _, "pods", _];
        JsonObject? answer = isPod ? await SendAsync("GET", path, body: null, cancellationToken) : null;
        return answer?.Integer("status") == 200 ? answer.Object("body") : null;
    }

    private Task<JsonObject> SendAsync(string method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["method"] = method, ["path"] = path };
        if (body is not null)
        {
            request["contentType"] = "application/strategic-merge-patch+json";
            request["body"] = body;
        }

        return new HttpStep(cluster, "admin", request).PlayAsync(events: false, cancellationToken);
    }
}
