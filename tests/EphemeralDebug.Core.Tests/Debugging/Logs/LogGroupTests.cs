using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging.Logs;

namespace EphemeralDebug.Core.Tests.Debugging.Logs;

public sealed class LogGroupTests
{
    private const string Waiting = """{"kind":"Status","status":"Failure","message":"container \"b\" in pod \"web\" is waiting to start: trying and failing to pull image","reason":"BadRequest","code":400}""";

    private readonly List<EphemeralDebugException> _failures = [];

    [Fact]
    public async Task Several_logs_come_in_the_order_of_time()
    {
        await using var first = new PlayedLog(Lines("a", 1, 4, 5, 9));
        await using var second = new PlayedLog(Lines("b", 2, 3, 6, 7));
        await using var empty = new PlayedLog([]);
        Assert.Equal(
            ["a1", "b2", "b3", "a4", "a5", "b6", "b7", "a9"],
            await ReadAsync(new LogOptions(), first.Open(), second.Open(), empty.Open()));
    }

    [Fact]
    public async Task What_was_merged_is_not_told_again_by_what_follows()
    {
        await using var first = new PlayedLog(Lines("a", 1, 4, 8));
        await using var second = new PlayedLog(Lines("b", 2, 3, 6));
        first.Growth.Enqueue(2);
        List<string> texts = await ReadAsync(new LogOptions { Follow = true }, first.Open(), second.Open());
        Assert.Equal(["a1", "b2", "b3", "a4", "b6", "a8"], texts);
    }

    [Fact]
    public async Task A_container_without_a_log_is_told_in_the_kubelets_words_and_the_others_go_on()
    {
        await using var first = new PlayedLog(Lines("a", 1, 2));
        await using var waiting = ScriptedServer.Answering(400, "application/json", Waiting);
        var session = new ClusterSession(new ClusterConfiguration { Server = waiting.Address }, new FastTime());
        Assert.Equal(["a1", "a2"], await ReadAsync(new LogOptions { Follow = true }, session, first.Open()));
        EphemeralDebugException failure = Assert.Single(_failures);
        Assert.Equal(("ContainerNotStarted", FailureKind.InvalidOperation), (failure.ErrorId, failure.Kind));
        Assert.Contains("trying and failing to pull image", failure.Message, StringComparison.Ordinal);
    }

    private async Task<List<string>> ReadAsync(LogOptions options, params ClusterSession[] sessions)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var group = new LogGroup(
            [.. sessions.Select(session => new LogReader(session, new LogSource("default", "web", "debug") { PodUid = "1" }, options))],
            (_, failure) => _failures.Add(failure));
        var texts = new List<string>();
        await foreach (IReadOnlyList<LogLine> lines in group.ReadAsync(options.Follow, limit.Token))
        {
            texts.AddRange(lines.Select(line => line.Text));
        }

        Array.ForEach(sessions, session => session.Dispose());
        return texts;
    }

    private static string[] Lines(string name, params int[] seconds) =>
        [.. seconds.Select(second => $"2026-01-01T00:00:0{second}.000000000Z {name}{second}\n")];
}
