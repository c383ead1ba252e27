using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Core.Tests.Api;

public sealed class RetryTests
{
    private const string Pod = """{"kind":"Pod","metadata":{"name":"web","namespace":"default","resourceVersion":"7"},"spec":{"containers":[{"name":"app"}]}}""";
    private const string Changed = """{"kind":"Pod","metadata":{"name":"web","namespace":"default","resourceVersion":"8"},"spec":{"containers":[{"name":"app"}],"ephemeralContainers":[{"name":"d","image":"busybox"}]}}""";
    private const string Lost = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"kind\"";

    private static readonly TimeSpan s_testLimit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(429, null)]
    [InlineData(429, 1)]
    [InlineData(503, null)]
    [InlineData(503, 1)]
    public async Task A_read_that_was_turned_away_is_sent_again(int status, int? retryAfter)
    {
        await using ScriptedServer server = Playing(Refusal(status, retryAfter), Refusal(status, retryAfter), Json(Pod));
        Assert.Equal("7", (await GetAsync(server)).Metadata?.ResourceVersion);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task What_another_try_would_not_change_is_sent_once(int status)
    {
        await using ScriptedServer server = Playing(Refusal(status, null), Json(Pod));
        await Assert.ThrowsAsync<KubernetesStatusException>(() => GetAsync(server));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_asks_for_too_much_patience_is_reported_at_once()
    {
        await using ScriptedServer server = Playing(Refusal(429, 3600), Json(Pod));
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => GetAsync(server));
        Assert.Equal(TimeSpan.FromHours(1), failure.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_goes_on_refusing_is_reported_in_the_end()
    {
        await using var server = new ScriptedServer((_, stream, token) => ScriptedServer.WriteAsync(stream, Refusal(429, null), token));
        await Assert.ThrowsAsync<KubernetesStatusException>(() => GetAsync(server));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task A_read_whose_answer_breaks_off_is_sent_again()
    {
        await using ScriptedServer server = Playing(Lost, Json(Pod));
        Assert.Equal("7", (await GetAsync(server)).Metadata?.ResourceVersion);
    }

    [Fact]
    public async Task A_change_that_was_turned_away_is_sent_again()
    {
        await using ScriptedServer server = Playing(Json(Pod), Refusal(429, 1), Json(Changed));
        Assert.Equal("8", (await AddAsync(server)).Metadata?.ResourceVersion);
        Assert.Equal(["GET", "PATCH", "PATCH"], server.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_is_looked_for_and_not_sent_again_when_it_took_effect()
    {
        await using ScriptedServer server = Playing(Json(Pod), Lost, Json(Changed));
        Assert.Equal("8", (await AddAsync(server)).Metadata?.ResourceVersion);
        Assert.Equal(["GET", "PATCH", "GET"], server.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_is_sent_again_when_it_took_no_effect()
    {
        await using ScriptedServer server = Playing(Json(Pod), Lost, Json(Pod), Json(Changed));
        Assert.Equal("8", (await AddAsync(server)).Metadata?.ResourceVersion);
        Assert.Equal(["GET", "PATCH", "GET", "PATCH"], server.Requests.Select(r => r.Method));
    }

    [Fact]
    public async Task A_change_that_nobody_can_look_for_is_reported_as_unknown()
    {
        await using ScriptedServer server = Playing(Json(Pod), Lost, Refusal(403, null));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => AddAsync(server));
        Assert.Equal("ChangeNotConfirmed", failure.ErrorId);
        Assert.Contains("may or may not", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_a_server_accepts_and_does_not_make_is_an_error()
    {
        await using ScriptedServer server = Playing(Json(Pod), Json(Pod));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => AddAsync(server));
        Assert.Equal("ContainerNotAdded", failure.ErrorId);
    }

    private static async Task<PodResource> GetAsync(ScriptedServer server)
    {
        using ClusterSession session = Open(server);
        return await session.Pods.GetAsync("default", "web", CancellationToken.None).WaitAsync(s_testLimit);
    }

    private static async Task<PodResource> AddAsync(ScriptedServer server)
    {
        using ClusterSession session = Open(server);
        var creator = new ContainerCreator(session);
        ContainerPlan plan = await creator.PlanAsync(
            "default", "web", new ContainerOptions { Image = "busybox", Name = "d" }, CancellationToken.None);
        return await creator.ApplyAsync(plan, CancellationToken.None).WaitAsync(s_testLimit);
    }

    private static ClusterSession Open(ScriptedServer server) =>
        new(new ClusterConfiguration { Server = server.Address }, new FastTime());

    /// <summary>Gives one answer after the other, and the last one for ever.</summary>
    private static ScriptedServer Playing(params string[] answers)
    {
        int next = 0;
        return new ScriptedServer((_, stream, token) => ScriptedServer.WriteAsync(
            stream, answers[Math.Min(Interlocked.Increment(ref next), answers.Length) - 1], token));
    }

    private static string Json(string body) => ScriptedServer.Answer(200, "application/json", body);

    private static string Refusal(int status, int? retryAfter)
    {
        string answer = ScriptedServer.Answer(
            status,
            "application/json",
            new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["message"] = "no", ["reason"] = "X", ["code"] = status }.ToJsonString());
        return retryAfter is null ? answer : answer.Replace("\r\n\r\n", $"\r\nRetry-After: {retryAfter}\r\n\r\n", StringComparison.Ordinal);
    }
}
