using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>What became of a scenario: each step's problem, null where it went as recorded.</summary>
internal sealed record ScenarioResult(IReadOnlyList<string?> Steps, string? Given);

/// <summary>Plays a scenario against a sandbox of its own and compares every answer with the recorded one.</summary>
internal sealed class ScenarioRunner(Scenario scenario, SandboxOptions options)
{
    private static readonly TimeSpan NodeLimit = TimeSpan.FromSeconds(10);

    private readonly Placeholders _placeholders = new();
    /// <summary>Whether a real client made the requests, at times of its own.</summary>
    private readonly bool _isClient = scenario.Steps.Any(step => step.Has("run"));

    private readonly Dictionary<string, Task<JsonObject>> _streams = new(StringComparer.Ordinal);

    /// <summary>The API that a server's feature gates stand for.</summary>
    public static EphemeralContainersApi ApiOf(JsonObject gates) =>
        gates.Flag("EphemeralContainers") == true ? EphemeralContainersApi.Legacy : EphemeralContainersApi.Off;

    /// <summary>Plays all steps; when <paramref name="stopAtFirst"/>, only up to the first that fails.</summary>
    public async Task<ScenarioResult> RunAsync(bool stopAtFirst, CancellationToken cancellationToken)
    {
        _placeholders.Set("node", ClusterNode.Name);
        ClusterUnderTest cluster;
        try
        {
            cluster = await ClusterUnderTest.StartAsync(options, scenario.Given, cancellationToken);
        }
        catch (MismatchException exception)
        {
            return new ScenarioResult([], exception.Message);
        }

        await using (cluster)
        {
            var problems = new List<string?>();
            foreach (JsonObject step in scenario.Steps)
            {
                string? problem = await TryPlayAsync(cluster, step, cancellationToken);
                problems.Add(problem);
                if (problem is not null && stopAtFirst)
                {
                    break;
                }
            }

            return new ScenarioResult(problems, null);
        }
    }

    private async Task<string?> TryPlayAsync(ClusterUnderTest cluster, JsonObject step, CancellationToken cancellationToken)
    {
        try
        {
            await PlayAsync(cluster, step, cancellationToken);
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return exception is MismatchException ? exception.Message : exception.ToString();
        }
    }

    private async Task PlayAsync(ClusterUnderTest cluster, JsonObject step, CancellationToken cancellationToken)
    {
        if (step.Object("gate") is { } gate)
        {
            cluster.Server.RestartApiServer(ApiOf(gate));
        }
        else if (step.Has("run"))
        {
            await new ClientStep(cluster, _placeholders, step).PlayAsync(
                (request, response) => PlayHttpAsync(cluster, new JsonObject
                {
                    ["as"] = "admin",
                    ["request"] = request.DeepClone(),
                    ["response"] = response.DeepClone(),
                }, cancellationToken),
                cancellationToken);
        }
        else if (step.Integer("pauseMs") is { } pause)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(pause), cancellationToken);
        }
        else if (step.Object("wait") is { } wait)
        {
            await WaitAsync(cluster, wait, cancellationToken);
        }
        else if (step.Object("websocket") is { } websocket)
        {
            await PlayWebSocketAsync(cluster, step, websocket, cancellationToken);
        }
        else if (step.Text("finish") is { } finished)
        {
            CompareResponse(step.Object("response")!, await _streams[finished]);
        }
        else
        {
            await PlayHttpAsync(cluster, step, cancellationToken);
        }
    }

    private async Task PlayHttpAsync(ClusterUnderTest cluster, JsonObject step, CancellationToken cancellationToken)
    {
        JsonObject request = await FillAsync(cluster, step, cancellationToken);
        var http = new HttpStep(cluster, step.Text("as")!, request);
        if (step.Text("start") is { } id)
        {
            JsonObject outcome = scenario.Steps.Single(other => other.Text("finish") == id).Object("response")!;
            bool untilEnd = outcome.Text("ended") == "server";
            int wanted = outcome.Array("events")?.Count ?? 0;
            _streams[id] = http.PlayStreamAsync(
                outcome.Has("events"),
                seen => !untilEnd && Distinct(seen, outcome).Count >= wanted,
                cancellationToken);
            return;
        }

        JsonObject expected = step.Object("response")!;
        await new UnrecordedWrites(cluster, scenario.Given).CatchUpAsync(request, expected["body"], cancellationToken);
        if (ShowsPod(request) && !IsLeftAlone(request))
        {
            await PlayUntilAsRecordedAsync(cluster, http, expected, cancellationToken);
            return;
        }

        CompareResponse(expected, await http.PlayAsync(expected.Has("events"), cancellationToken));
    }

    private static bool ShowsPod(JsonObject request) =>
        request.Text("method") == "GET" && request.Text("path")!.Contains("/pods/", StringComparison.Ordinal) && !request.Object("query").Has("follow");

    /// <summary>Whether nothing but the steps changes the pod of the request: the first answer has to be the recorded one.</summary>
    private bool IsLeftAlone(JsonObject request)
    {
        string[] path = request.Text("path")!.Split('/');
        int pods = Array.IndexOf(path, "pods");
        return scenario.Given.Items("pods").Any(pod =>
            pod.Object("metadata").Text("name") == path[pods + 1] && pod.Object("spec").Text("schedulerName") == "none");
    }

    /// <summary>
    /// How long the recorder waited before a request is not recorded, and what a node does takes its time: asks again
    /// with every change of a pod until the answer is the recorded one.
    /// </summary>
    private async Task PlayUntilAsRecordedAsync(ClusterUnderTest cluster, HttpStep http, JsonObject expected, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(NodeLimit);
        using PodSubscription changes = cluster.Server.Pods.Subscribe();
        while (true)
        {
            JsonObject answer = await http.PlayAsync(expected.Has("events"), cancellationToken);
            try
            {
                _placeholders.Attempt(() => CompareResponse(expected, answer));
                return;
            }
            catch (MismatchException) when (!limit.IsCancellationRequested)
            {
                if (!await ChangedAsync(changes, limit.Token))
                {
                    throw;
                }
            }
        }
    }

    private static async Task<bool> ChangedAsync(PodSubscription changes, CancellationToken limit)
    {
        try
        {
            await changes.Events.ReadAsync(limit);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task PlayWebSocketAsync(ClusterUnderTest cluster, JsonObject step, JsonObject websocket, CancellationToken cancellationToken)
    {
        var filled = (JsonObject)_placeholders.Fill(websocket)!;
        JsonObject outcome = await new WebSocketStep(cluster, step.Text("as")!, filled).PlayAsync(cancellationToken);
        if (step.Object("response") is { } refused)
        {
            CompareResponse(refused, outcome.Object("response") ?? throw new MismatchException($"was opened: {outcome.ToJsonString()}"));
            return;
        }

        if (outcome.Object("response") is { } response)
        {
            throw new MismatchException($"was refused: {response.ToJsonString()}");
        }

        foreach (string field in (string[])["opened", "frames", "status", "closeCode", "closeAnswer", "pongs", "messageType", "ended"])
        {
            if (step.ContainsKey(field))
            {
                _placeholders.Match(step[field], outcome[field], field);
            }
        }

        CompareFirst(step, outcome);
        if (step.Object("statistics") is { } statistics)
        {
            CompareStatistics(statistics, outcome);
        }
    }

    /// <summary>The first message is told exactly; what comes second may depend on time, and is told where it has text.</summary>
    private void CompareFirst(JsonObject step, JsonObject outcome)
    {
        JsonObject[] given = [.. outcome.Items("first")];
        foreach ((int index, JsonObject expected) in step.Items("first").Index())
        {
            JsonObject actual = given.ElementAtOrDefault(index) ?? throw new MismatchException($"first[{index}] did not come");
            _placeholders.Match(expected["channel"], actual["channel"], $"first[{index}].channel");
            if (expected.Text("text") is { } text)
            {
                _placeholders.MatchText(text, actual.Text("text")!, $"first[{index}].text");
            }
            else if (expected.Has("port"))
            {
                _placeholders.Match(expected["port"], actual["port"], $"first[{index}].port");
            }
            else if (expected.Integer("length") == 0)
            {
                _placeholders.Match(expected["length"], actual["length"], $"first[{index}].length");
            }
        }
    }

    private static void CompareStatistics(JsonObject statistics, JsonObject outcome)
    {
        long total = outcome.Items("frames")
            .Where(frame => frame.Integer("channel") == statistics.Integer("channel"))
            .Sum(frame => (long)frame.Text("text")!.Length);
        if (total != statistics.Integer("total") || outcome.Integer("largest") > statistics.Integer("largestMessage"))
        {
            throw new MismatchException($"{total} bytes in messages of at most {outcome.Integer("largest")}");
        }
    }

    private void CompareResponse(JsonObject expected, JsonObject actual)
    {
        if (expected.Integer("status") != actual.Integer("status"))
        {
            throw new MismatchException($"status {expected.Integer("status")} was recorded, {actual.Integer("status")} was answered: {(actual["body"] ?? actual["bodyText"])?.ToJsonString()}");
        }

        _placeholders.Match(expected["headers"], actual["headers"], "headers");
        if (expected.Array("managers") is { } managers)
        {
            _placeholders.Match(managers, Reduction.Managers(actual["body"]), "managers");
        }

        if (expected.Array("events") is { } events)
        {
            CompareEvents(events, expected, actual);
        }
        else if (expected.Text("bodyText") is { } text)
        {
            CompareText(text, actual.Text("bodyText") ?? "");
        }
        else
        {
            if (_isClient && expected.Object("body") is { } body && actual.Object("body") is { } answer)
            {
                PassingStates.Drop(body, answer);
            }

            _placeholders.Match(expected["body"], Reduction.Reduce(actual["body"], expected["body"]), "body");
        }
    }

    private void CompareText(string expected, string actual)
    {
        // The recorder cut a long text after its first line.
        bool cut = expected.EndsWith("\n...\n", StringComparison.Ordinal);
        _placeholders.MatchText(cut ? expected[..^4] : expected, cut ? $"{actual.Split('\n')[0]}\n" : actual, "bodyText");
    }

    private void CompareEvents(JsonArray expected, JsonObject response, JsonObject actual)
    {
        List<JsonObject> seen = Distinct([.. actual.Array("events")!.Select(item => item!)], response);
        JsonObject[] wanted = [.. expected.OfType<JsonObject>()];
        if (seen.Count != wanted.Length)
        {
            throw new MismatchException($"{wanted.Length} events were recorded, {seen.Count} came: {new JsonArray([.. seen.Select(item => item.DeepClone())]).ToJsonString()}");
        }

        for (int index = 0; index < wanted.Length; index++)
        {
            _placeholders.Match(wanted[index], seen[index], $"events[{index}]");
        }
    }

    /// <summary>
    /// Events as the recorder shows them: bookmarks that mark nothing are left out, and events that say the same again,
    /// and the passing state of a container that is being created where no recorded event has it.
    /// </summary>
    private static List<JsonObject> Distinct(IReadOnlyList<JsonNode> events, JsonObject response)
    {
        JsonObject sample = WidestSample(response);
        bool merged = ApiJson.ToText(response).Contains("\"<rv>\"", StringComparison.Ordinal) && response.Array("events") is { Count: > 1 };
        var result = new List<JsonObject>();
        foreach (JsonNode item in events)
        {
            if (item.Text("type") == "BOOKMARK" && !item.Object("object").Object("metadata").Has("annotations"))
            {
                continue;
            }

            var reduced = new JsonObject
            {
                ["type"] = item.Text("type"),
                ["object"] = item.Text("type") == "ERROR"
                    ? item.Object("object")!.Copy()
                    : Reduction.Reduce(item.Object("object"), response.Items("events").ElementAtOrDefault(result.Count) is { } wanted && !merged ? wanted.Object("object") : sample),
            };
            bool again = merged && (IsPullRetry(reduced) ? result : result.TakeLast(1))
                .Any(earlier => JsonNode.DeepEquals(WithoutVersion(earlier), WithoutVersion(reduced)));
            if (!again)
            {
                result.Add(reduced);
            }
        }

        return result;
    }

    /// <summary>Whether a container waits for an image: how often the two reasons alternate depends on timing.</summary>
    private static bool IsPullRetry(JsonObject change) => ((string[])["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"])
        .SelectMany(list => change.Object("object").Object("status").Items(list))
        .Any(status => status.Object("state").Object("waiting").Text("reason") is "ErrImagePull" or "ImagePullBackOff");

    /// <summary>An object with every status field that any of the recorded events has.</summary>
    private static JsonObject WidestSample(JsonObject response)
    {
        JsonObject sample = response.Items("events").Select(item => item.Object("object")).OfType<JsonObject>().FirstOrDefault()?.Copy() ?? [];
        foreach (JsonObject status in response.Items("events").Select(item => item.Object("object").Object("status")).OfType<JsonObject>())
        {
            foreach ((string name, JsonNode? value) in status)
            {
                sample.GetOrAddObject("status")[name] ??= value?.DeepClone();
            }
        }

        return sample;
    }

    private static JsonObject WithoutVersion(JsonObject change)
    {
        JsonObject copy = change.Copy();
        copy.Object("object").Object("metadata")?.Remove("resourceVersion");
        return copy;
    }

    private Task WaitAsync(ClusterUnderTest cluster, JsonObject wait, CancellationToken cancellationToken)
    {
        string container = wait.Text("container")!;
        string until = wait.Text("until")!;
        string? reason = wait.Text("reason");
        bool Reached(JsonObject pod) => ((string[])["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"])
            .SelectMany(list => pod.Object("status").Items(list))
            .Any(status => status.Text("name") == container
                && status.Object("state").Object(until) is { } state
                && (reason is null || state.Text("reason") == reason));
        return cluster.WaitForPodAsync(NamespaceOf(wait), wait.Text("pod")!, Reached, $"{container} {until} {reason}", cancellationToken);
    }

    /// <summary>Where nothing else is said, that of the pod that "given" has.</summary>
    private string NamespaceOf(JsonObject wait) => wait.Text("namespace")
        ?? scenario.Given.Items("pods").Select(pod => pod.Object("metadata")).First(metadata => metadata.Text("name") == wait.Text("pod")).Text("namespace")!;

    private async Task<JsonObject> FillAsync(ClusterUnderTest cluster, JsonObject step, CancellationToken cancellationToken)
    {
        JsonObject request = step.Object("request")!;
        if (ApiJson.ToText(request).Contains("<expired continue>", StringComparison.Ordinal))
        {
            _placeholders.Set("expired continue", await ExpireContinueAsync(cluster, request, cancellationToken));
        }

        if (request.Object("body").Has("status"))
        {
            await LearnAsync(cluster, request, cancellationToken);
        }

        var filled = (JsonObject)_placeholders.Fill(request)!;
        if (step.Flag("bodyReduced") == true)
        {
            filled["body"] = await WholeBodyAsync(cluster, filled, cancellationToken);
        }

        return filled;
    }

    /// <summary>A document with a status is one that the recorder had read, whatever answers it has written down.</summary>
    private async Task LearnAsync(ClusterUnderTest cluster, JsonObject request, CancellationToken cancellationToken)
    {
        var get = new JsonObject { ["method"] = "GET", ["path"] = request.Text("path") };
        JsonObject answer = await new HttpStep(cluster, "admin", get).PlayAsync(events: false, cancellationToken);
        JsonObject metadata = request.Object("body").Object("metadata") ?? [];
        foreach (string field in (string[])["uid", "resourceVersion"])
        {
            if (metadata.Text(field) is ['<', .. string name, '>'] && answer.Object("body").Object("metadata").Text(field) is { } value)
            {
                _placeholders.Learn(name, value);
            }
        }
    }

    /// <summary>The recorded client changed a whole pod, as a GET gives it; the recording has only the part that counts.</summary>
    private static async Task<JsonObject> WholeBodyAsync(ClusterUnderTest cluster, JsonObject request, CancellationToken cancellationToken)
    {
        var get = new JsonObject { ["method"] = "GET", ["path"] = request.Text("path") };
        JsonObject answer = await new HttpStep(cluster, "admin", get).PlayAsync(events: false, cancellationToken);
        JsonObject whole = answer.Object("body")!.Copy();
        JsonObject reduced = request.Object("body")!;
        whole["metadata"] = reduced["metadata"]?.DeepClone();
        JsonObject spec = whole.Object("spec")!;
        spec.Remove(PodSpecs.EphemeralContainers);
        if (reduced.Object("spec").Array(PodSpecs.EphemeralContainers) is { } containers)
        {
            spec[PodSpecs.EphemeralContainers] = containers.DeepClone();
        }

        return whole;
    }

    /// <summary>A token of a list whose version has been compacted since.</summary>
    private static async Task<string> ExpireContinueAsync(ClusterUnderTest cluster, JsonObject request, CancellationToken cancellationToken)
    {
        var list = new JsonObject { ["method"] = "GET", ["path"] = request.Text("path"), ["query"] = new JsonObject { ["limit"] = "1" } };
        JsonObject answer = await new HttpStep(cluster, "admin", list).PlayAsync(events: false, cancellationToken);
        cluster.Server.Pods.Add(new JsonObject
        {
            ["metadata"] = new JsonObject { ["namespace"] = "default", ["name"] = "writes-a-version" },
            ["spec"] = new JsonObject { ["schedulerName"] = "none" },
        });
        cluster.Server.Resources.Pods.Store.Compact();
        return answer.Object("body").Object("metadata").Text("continue")!;
    }
}
