using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>
/// Sends what a recorded kubectl sent in one run. A stream that it opened over SPDY, which the sandbox does not speak,
/// is opened as a WebSocket.
/// </summary>
internal sealed class ClientStep(ClusterUnderTest cluster, Placeholders placeholders, JsonObject step)
{
    private const string WatchSeconds = "20";

    /// <summary>What kubectl was asked besides by what it does to complete a picture of the API.</summary>
    private static readonly HashSet<string> NotServed = new(StringComparer.Ordinal) { "GET /openapi/v2" };

    /// <summary>Plays the run; <paramref name="play"/> plays and compares what is a plain exchange.</summary>
    public async Task PlayAsync(Func<JsonObject, JsonObject, Task> play, CancellationToken cancellationToken)
    {
        foreach (string discovery in step.Texts("discovery").Where(request => !NotServed.Contains(request)))
        {
            var request = new JsonObject { ["method"] = "GET", ["path"] = discovery["GET ".Length..] };
            JsonObject answer = await new HttpStep(cluster, "admin", request).PlayAsync(events: false, cancellationToken);
            if (answer.Integer("status") != 200)
            {
                throw new MismatchException($"{discovery} was answered {answer.ToJsonString()}");
            }
        }

        foreach (JsonObject exchange in step.Items("exchanges"))
        {
            await PlayAsync(exchange.Object("request")!, exchange.Object("response")!, play, cancellationToken);
        }
    }

    private async Task PlayAsync(JsonObject request, JsonObject response, Func<JsonObject, JsonObject, Task> play, CancellationToken cancellationToken)
    {
        if (request.Has("upgrade"))
        {
            await StreamAsync(request, response, cancellationToken);
        }
        else if (response.Has("events"))
        {
            await WatchAsync(request, response, cancellationToken);
        }
        else if (response.Object("bodyProtobuf") is { } kind)
        {
            await CompareKindAsync(request, response, kind, cancellationToken);
        }
        else
        {
            await play(await WithVersionAsync(request, cancellationToken), response);
        }
    }

    /// <summary>A document is sent with the version that kubectl had just read.</summary>
    private async Task<JsonObject> WithVersionAsync(JsonObject request, CancellationToken cancellationToken)
    {
        if (request.Object("body").Object("metadata").Text("resourceVersion") != "<rv>")
        {
            return request;
        }

        var get = new JsonObject { ["method"] = "GET", ["path"] = request.Text("path") };
        JsonObject answer = await new HttpStep(cluster, "admin", get).PlayAsync(events: false, cancellationToken);
        JsonObject current = request.Copy();
        current.Object("body")!.Object("metadata")!["resourceVersion"] = answer.Object("body").Object("metadata").Text("resourceVersion");
        return current;
    }

    /// <summary>Watches until the pod is as the last recorded change shows it: how many came before depends on time.</summary>
    private async Task WatchAsync(JsonObject request, JsonObject response, CancellationToken cancellationToken)
    {
        var filled = (JsonObject)placeholders.Fill(request)!;
        JsonObject query = filled.Object("query")!;
        query["timeoutSeconds"] = WatchSeconds;

        // From the beginning: between kubectl's list and its watch the node may have been faster here.
        query.Remove("resourceVersion");
        query.Remove("timeout");
        JsonObject wanted = response.Items("events").Last();
        string? problem = "nothing came";
        bool IsReached(IReadOnlyList<JsonNode> seen)
        {
            problem = seen.Count == 0 ? problem : Compare(wanted, (JsonObject)seen[^1]);
            return problem is null;
        }

        await new HttpStep(cluster, "admin", filled).PlayStreamAsync(events: true, IsReached, cancellationToken);
        if (problem is not null)
        {
            throw new MismatchException($"the watch did not come to the recorded end: {problem}");
        }
    }

    private string? Compare(JsonObject wanted, JsonObject change)
    {
        try
        {
            JsonObject recorded = wanted.Object("object")!.Copy();
            JsonObject actual = change.Object("object")!.Copy();
            PassingStates.Drop(recorded, actual);
            placeholders.Attempt(() => placeholders.Match(recorded, Reduction.Reduce(actual, recorded), "object"));
            return null;
        }
        catch (MismatchException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Of an answer in protobuf only the kind was recorded.</summary>
    private async Task CompareKindAsync(JsonObject request, JsonObject response, JsonObject kind, CancellationToken cancellationToken)
    {
        JsonObject answer = await new HttpStep(cluster, "admin", (JsonObject)placeholders.Fill(request)!).PlayAsync(events: false, cancellationToken);
        string text = answer.Text("bodyText") ?? answer["body"]?.ToJsonString() ?? "";
        if (answer.Integer("status") != response.Integer("status") || !text.Contains(kind.Text("kind")!, StringComparison.Ordinal))
        {
            throw new MismatchException($"{kind.ToJsonString()} was recorded, this was answered: {answer.ToJsonString()}");
        }
    }

    private async Task StreamAsync(JsonObject request, JsonObject response, CancellationToken cancellationToken)
    {
        var websocket = new JsonObject
        {
            ["path"] = request.Text("path"),
            ["query"] = request["query"]!.DeepClone(),
            ["protocols"] = new JsonArray("v4.channel.k8s.io"),
        };
        if (step.Text("stdin") is { } input && request.Object("query").Has("stdin"))
        {
            websocket["send"] = new JsonArray(new JsonObject { ["channel"] = 0, ["text"] = input });
        }

        JsonObject outcome = await new WebSocketStep(cluster, "admin", websocket).PlayAsync(cancellationToken);
        if (response.Flag("upgraded") == true)
        {
            placeholders.Match("v4.channel.k8s.io", outcome.Object("opened")?["protocol"], "the stream's protocol");
        }
        else
        {
            JsonObject refusal = outcome.Object("response") ?? throw new MismatchException($"was opened: {outcome.ToJsonString()}");
            placeholders.Match(response["status"], refusal["status"], "status");
            placeholders.Match(response["bodyText"], refusal["bodyText"], "bodyText");
        }
    }
}
