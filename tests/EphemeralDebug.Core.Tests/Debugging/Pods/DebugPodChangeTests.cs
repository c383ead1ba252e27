using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging.Pods;

namespace EphemeralDebug.Core.Tests.Debugging.Pods;

/// <summary>Creating and deleting over connections that break off.</summary>
public sealed class DebugPodChangeTests
{
    private const string Pod = """{"kind":"Pod","metadata":{"name":"copy","namespace":"default","uid":"7"},"spec":{"containers":[{"name":"app"}]}}""";

    private const string Lost = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"kind\"";

    private static readonly TimeSpan s_testLimit = TimeSpan.FromSeconds(30);

    private static readonly PodPlan Plan = new()
    {
        Kind = DebugPodKind.Copy,
        Namespace = "default",
        Name = "copy",
        HasRandomName = true,
        Pod = new JsonObject { ["kind"] = "Pod" },
    };

    [Fact]
    public async Task The_server_is_told_who_asks_so_that_it_can_record_it()
    {
        await using ScriptedServer server = Playing(Json(Pod));
        await CreateAsync(server, Plan);
        Assert.StartsWith("ephemeraldebug/", Assert.Single(server.Requests).Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_whose_answer_is_lost_is_found_by_its_random_name()
    {
        await using ScriptedServer server = Playing(Lost, Json(Pod));
        Assert.Equal("7", await CreateAsync(server, Plan));
        Assert.Equal(["POST", "GET"], server.Requests.Select(static request => request.Method));
    }

    [Fact]
    public async Task A_pod_that_was_not_created_when_the_answer_was_lost_is_created_then()
    {
        await using ScriptedServer server = Playing(Lost, NotFound, Json(Pod));
        Assert.Equal("7", await CreateAsync(server, Plan));
        Assert.Equal(["POST", "GET", "POST"], server.Requests.Select(static request => request.Method));
    }

    [Fact]
    public async Task A_pod_of_a_chosen_name_may_have_been_there_before()
    {
        await using ScriptedServer server = Playing(Lost, Json(Pod));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => CreateAsync(server, Plan with { HasRandomName = false }));
        Assert.Equal("ChangeNotConfirmed", failure.ErrorId);
    }

    [Fact]
    public async Task An_original_that_cannot_be_deleted_is_named_beside_its_copy()
    {
        await using ScriptedServer server = Playing(Refusal(403, "Forbidden"));
        using ClusterSession session = Open(server);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => new DebugPodCreator(session).DeleteSourceAsync(Plan with { SourcePod = "web" }, CancellationToken.None));
        Assert.Equal("OriginalNotDeleted", failure.ErrorId);
        Assert.Contains("default/copy", failure.Message, StringComparison.Ordinal);
        Assert.Contains("default/web", failure.Message, StringComparison.Ordinal);
        Assert.Contains("delete pods", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deletion_whose_answer_is_lost_is_asked_for_again_and_gone_is_done()
    {
        await using ScriptedServer server = Playing(Lost, NotFound);
        using ClusterSession session = Open(server);
        var pod = new DebugPod("default", "copy") { Uid = "7" };
        await new DebugPodRemover(session).DeleteAsync(pod, gracePeriodSeconds: null, CancellationToken.None).WaitAsync(s_testLimit);
        Assert.Equal(["DELETE", "DELETE"], server.Requests.Select(static request => request.Method));
    }

    private static string NotFound => Refusal(404, "NotFound");

    private static async Task<string?> CreateAsync(ScriptedServer server, PodPlan plan)
    {
        using ClusterSession session = Open(server);
        return (await new DebugPodCreator(session).CreateAsync(plan, CancellationToken.None).WaitAsync(s_testLimit)).Metadata?.Uid;
    }

    private static ClusterSession Open(ScriptedServer server) =>
        new(new ClusterConfiguration { Server = server.Address }, new FastTime());

    private static ScriptedServer Playing(params string[] answers)
    {
        int next = 0;
        return new ScriptedServer((_, stream, token) => ScriptedServer.WriteAsync(
            stream, answers[Math.Min(Interlocked.Increment(ref next), answers.Length) - 1], token));
    }

    private static string Json(string body) => ScriptedServer.Answer(200, "application/json", body);

    private static string Refusal(int status, string reason) => ScriptedServer.Answer(
        status,
        "application/json",
        new JsonObject
        {
            ["kind"] = "Status",
            ["status"] = "Failure",
            ["message"] = "no",
            ["reason"] = reason,
            ["code"] = status,
            ["details"] = new JsonObject { ["name"] = "copy", ["kind"] = "pods" },
        }.ToJsonString());
}
