using EphemeralDebug.Api;
using EphemeralDebug.Api.Watch;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Api;

public sealed class PodWatcherTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";

    private static readonly CancellationToken s_testLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task A_watch_that_the_server_ends_goes_on_from_the_last_version()
    {
        await using var server = new ScriptedServer((request, stream, token) => request.Target switch
        {
            _ when request.Target.Contains("resourceVersion=5", StringComparison.Ordinal) =>
                ScriptedServer.WriteAsync(stream, Head + Event("MODIFIED", "web", 6) + Event("BOOKMARK", "", 8), token),
            _ => PlayForeverAsync(stream, Head + Event("MODIFIED", "web", 9), token),
        });
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        await NextVersionAsync(subscription, "9");
        Assert.Equal(["5", "8"], server.Requests.Select(VersionOf));
    }

    [Fact]
    public async Task Those_who_wait_in_one_namespace_share_one_watch()
    {
        await using var server = new ScriptedServer((_, stream, token) =>
            PlayForeverAsync(stream, Head + Event("MODIFIED", "web", 6) + Event("MODIFIED", "api", 7), token));
        using var watch = new Watch(server);
        using PodSubscription web = watch.Watcher.Subscribe("default", "web", "5");
        using PodSubscription api = watch.Watcher.Subscribe("default", "api", "5");
        await NextVersionAsync(web, "6");
        await NextVersionAsync(api, "7");
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Who_comes_late_is_told_what_the_watch_has_seen_already()
    {
        await using var server = new ScriptedServer((_, stream, token) =>
            PlayForeverAsync(stream, Head + Event("MODIFIED", "late", 6) + Event("MODIFIED", "web", 7), token));
        using var watch = new Watch(server);
        using PodSubscription web = watch.Watcher.Subscribe("default", "web", "5");
        await NextVersionAsync(web, "7");
        using PodSubscription late = watch.Watcher.Subscribe("default", "late", "5");
        await NextVersionAsync(late, "6");
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_an_expired_version_the_pod_is_read_again_and_the_watch_goes_on_from_the_list(bool asEvent)
    {
        const string Gone = """{"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410}""";
        await using var server = new ScriptedServer((request, stream, token) => request switch
        {
            { IsWatch: true } when VersionOf(request) is "5" => ScriptedServer.WriteAsync(
                stream,
                asEvent ? $$"""{{Head}}{"type":"ERROR","object":{{Gone}}}""" + "\n" : ScriptedServer.Answer(410, "application/json", Gone),
                token),
            { IsWatch: true } => PlayForeverAsync(stream, Head + Event("DELETED", "web", 32), token),
            _ when request.Path.EndsWith("/pods/web", StringComparison.Ordinal) =>
                ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(200, "application/json", Pod("web", 31)), token),
            _ => ScriptedServer.WriteAsync(
                stream, ScriptedServer.Answer(200, "application/json", """{"kind":"PodList","metadata":{"resourceVersion":"30"}}"""), token),
        });
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        PodChange change = await NextVersionAsync(subscription, "32");
        Assert.True(change.Deleted);
        Assert.Equal(["5", "30"], server.Requests.Where(r => r.IsWatch).Select(VersionOf));
        Assert.Single(server.Requests, r => r.Path.EndsWith("/pods/web", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_opened_again()
    {
        int count = 0;
        await using var server = new ScriptedServer((_, stream, token) => Interlocked.Increment(ref count) < 3
            ? ScriptedServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", token)
            : PlayForeverAsync(stream, Head + Event("MODIFIED", "web", 6), token));
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        await NextVersionAsync(subscription, "6");
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_silent_connection_is_left_and_opened_again()
    {
        int count = 0;
        await using var server = new ScriptedServer((_, stream, token) => PlayForeverAsync(
            stream, Interlocked.Increment(ref count) == 1 ? Head : Head + Event("MODIFIED", "web", 6), token));
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        await NextVersionAsync(subscription, "6");
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_waits_with_an_error()
    {
        await using var server = new ScriptedServer((_, stream, _) =>
        {
            stream.Dispose();
            return Task.CompletedTask;
        });
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            async () => await subscription.NextAsync(s_testLimit));
        Assert.Equal(FailureKind.Connection, failure.Kind);
    }

    [Fact]
    public async Task A_watch_that_is_forbidden_ends_the_waits_at_once_and_names_the_right()
    {
        await using var server = ScriptedServer.Answering(
            403, "application/json", """{"kind":"Status","status":"Failure","message":"pods is forbidden","reason":"Forbidden","code":403}""");
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            async () => await subscription.NextAsync(s_testLimit));
        Assert.Equal(FailureKind.PermissionDenied, failure.Kind);
        Assert.Contains("watch pods", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_accepts_a_watch_and_says_nothing_at_all_is_left_and_asked_again()
    {
        int count = 0;
        await using var server = new ScriptedServer((_, stream, token) => PlayForeverAsync(
            stream, Interlocked.Increment(ref count) == 1 ? "" : Head + Event("MODIFIED", "web", 6), token));
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        await NextVersionAsync(subscription, "6");
    }

    [Fact]
    public async Task An_error_that_comes_as_an_event_is_typed_as_any_other()
    {
        await using var server = new ScriptedServer((_, stream, token) => ScriptedServer.WriteAsync(
            stream,
            Head + """{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"no more","reason":"Forbidden","code":403}}""" + "\n",
            token));
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(
            async () => await subscription.NextAsync(s_testLimit));
        Assert.Equal((FailureKind.PermissionDenied, "no more"), (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Who_comes_late_and_knows_less_than_the_watch_began_with_has_its_pod_read()
    {
        await using var server = new ScriptedServer((request, stream, token) => request.IsWatch
            ? PlayForeverAsync(stream, Head + Event("MODIFIED", "web", 12), token)
            : ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(200, "application/json", Pod("late", 9)), token));
        using var watch = new Watch(server);
        using PodSubscription web = watch.Watcher.Subscribe("default", "web", "11");
        using PodSubscription late = watch.Watcher.Subscribe("default", "late", "8");
        await NextVersionAsync(late, "9");
        await NextVersionAsync(web, "12");
        Assert.Single(server.Requests, r => r.IsWatch);
    }

    [Fact]
    public async Task Who_knows_more_than_the_watch_has_come_to_is_not_told_of_the_past()
    {
        await using var server = new ScriptedServer((_, stream, token) => PlayForeverAsync(
            stream, Head + Event("MODIFIED", "web", 6) + Event("MODIFIED", "other", 7) + Event("MODIFIED", "web", 21), token));
        using var watch = new Watch(server);
        using PodSubscription other = watch.Watcher.Subscribe("default", "other", "5");
        using PodSubscription web = watch.Watcher.Subscribe("default", "web", "20");
        await NextVersionAsync(other, "7");
        Assert.Equal("21", (await web.NextAsync(s_testLimit)).Pod.Metadata?.ResourceVersion);
    }

    [Fact]
    public async Task Five_hundred_who_wait_in_one_namespace_are_one_watch_and_none_is_lost_when_it_expires()
    {
        const string Gone = """{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410}}""";
        await using var server = new ScriptedServer((request, stream, token) => request switch
        {
            { IsWatch: true } when VersionOf(request) is "5" => ScriptedServer.WriteAsync(stream, Head + Gone + "\n", token),
            { IsWatch: true } => PlayForeverAsync(stream, Head, token),
            _ when request.Path.EndsWith("/pods", StringComparison.Ordinal) => ScriptedServer.WriteAsync(
                stream, ScriptedServer.Answer(200, "application/json", """{"kind":"PodList","metadata":{"resourceVersion":"30"}}"""), token),
            _ => ScriptedServer.WriteAsync(
                stream, ScriptedServer.Answer(200, "application/json", Pod(request.Path.Split('/')[^1], 31)), token),
        });
        using var watch = new Watch(server);
        PodSubscription[] subscriptions = [.. Enumerable.Range(0, 500).Select(i => watch.Watcher.Subscribe("default", $"pod-{i}", "5"))];
        foreach (PodSubscription subscription in subscriptions)
        {
            PodChange change = await NextVersionAsync(subscription, "31");
            Assert.Equal(subscription.PodName, change.Pod.Metadata?.Name);
        }

        Assert.InRange(server.Requests.Count(r => r.IsWatch), 1, 2);
        Assert.All(subscriptions, subscription => subscription.Dispose());
    }

    [Fact]
    public async Task A_gap_that_cannot_be_read_at_first_is_read_later()
    {
        int lists = 0;
        await using var server = new ScriptedServer((request, stream, token) => request switch
        {
            { IsWatch: true } when VersionOf(request) is "5" =>
                ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(410, "application/json", "{}"), token),
            { IsWatch: true } => PlayForeverAsync(stream, Head, token),
            _ when request.Path.EndsWith("/pods", StringComparison.Ordinal) => Interlocked.Increment(ref lists) < 8
                ? Task.CompletedTask
                : ScriptedServer.WriteAsync(
                    stream, ScriptedServer.Answer(200, "application/json", """{"kind":"PodList","metadata":{"resourceVersion":"30"}}"""), token),
            _ => ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(200, "application/json", Pod("web", 31)), token),
        });
        using var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        await NextVersionAsync(subscription, "31");
    }

    [Fact]
    public async Task Closing_the_watcher_tells_those_who_wait()
    {
        await using var server = new ScriptedServer((_, stream, token) => PlayForeverAsync(stream, Head, token));
        var watch = new Watch(server);
        using PodSubscription subscription = watch.Watcher.Subscribe("default", "web", "5");
        ValueTask<PodChange> waiting = subscription.NextAsync(s_testLimit);
        watch.Dispose();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(async () => await waiting);
        Assert.Equal("SessionClosed", failure.ErrorId);
    }

    private static async Task<PodChange> NextVersionAsync(PodSubscription subscription, string version)
    {
        while (true)
        {
            PodChange change = await subscription.NextAsync(s_testLimit);
            if (change.Pod.Metadata?.ResourceVersion == version)
            {
                return change;
            }
        }
    }

    private static string? VersionOf(ScriptedRequest request) => request.Target.Split("resourceVersion=") is [_, string version]
        ? version
        : null;

    private static async Task PlayForeverAsync(Stream stream, string text, CancellationToken cancellationToken)
    {
        await ScriptedServer.WriteAsync(stream, text, cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static string Event(string type, string name, int version) => $$"""{"type":"{{type}}","object":{{Pod(name, version)}}}""" + "\n";

    private static string Pod(string name, int version) =>
        $$$"""{"kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"default","resourceVersion":"{{{version}}}"},"spec":{"ephemeralContainers":[{"name":"d"}]}}""";

    private sealed class Watch : IDisposable
    {
        private readonly ApiClient _client;

        public Watch(ScriptedServer server)
        {
            _client = new ApiClient(server.Address, new SocketsHttpHandler());
            Watcher = new PodWatcher(_client, new PodApi(_client), new FastTime());
        }

        public PodWatcher Watcher { get; }

        public void Dispose()
        {
            Watcher.Dispose();
            _client.Dispose();
        }
    }
}
