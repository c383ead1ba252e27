using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Watch;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Integration.Tests.Faults;

/// <summary>
/// Records exchanges with the sandbox, then cuts the answer at its bytes: what comes of each is an error or the right
/// result, in bounded time, and no connection stays open.
/// </summary>
public sealed class CutExchangeTests : IAsyncLifetime
{
    /// <summary>So many cuts of an answer are tried at most; shorter ones are cut at every byte.</summary>
    private const int MaximumCuts = 250;

    /// <summary>Ends of messages and of bodies are at the end, so every byte there is tried.</summary>
    private const int LastBytes = 24;

    /// <summary>An operation that takes longer hangs.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, Func<ClusterSession, Subject, List<string>, CancellationToken, Task>> s_exchanges =
        new(StringComparer.Ordinal)
        {
            ["get"] = GetAsync,
            ["list"] = ListAsync,
            ["patch"] = PatchAsync,
            ["watch"] = WatchAsync,
            ["exec"] = (session, subject, seen, token) => ExecAsync(session, subject.Pod, "app", seen, token),
            ["refused upgrade"] = (session, subject, seen, token) => ExecAsync(session, subject.Pod, "nowhere", seen, token),
        };

    private readonly TestCluster _cluster = new();

    public static TheoryData<string, Ending> Exchanges
    {
        get
        {
            var data = new TheoryData<string, Ending>();
            foreach (string exchange in s_exchanges.Keys)
            {
                data.Add(exchange, Ending.Close);
                data.Add(exchange, Ending.Reset);
            }

            return data;
        }
    }

    public Task InitializeAsync() => TestCluster.IsForeign ? Task.CompletedTask : _cluster.InitializeAsync();

    public Task DisposeAsync() => TestCluster.IsForeign ? Task.CompletedTask : _cluster.DisposeAsync();

    [SkippableTheory]
    [MemberData(nameof(Exchanges))]
    public async Task An_answer_that_is_cut_anywhere_gives_an_error_or_the_right_result(string exchange, Ending ending)
    {
        Skip.If(TestCluster.IsForeign, "The bytes of exchanges are recorded from a sandbox.");
        string version = await _cluster.Session.Pods.GetListVersionAsync(_cluster.Namespace, CancellationToken.None);
        var subject = new Subject(await _cluster.CreatePodAsync(), version);
        await _cluster.AddWaitingAsync(subject.Pod);
        (byte[] answer, Outcome whole) = await RecordAsync(_cluster.Sandbox!, exchange, subject);
        Assert.NotEmpty(whole.Seen);
        var wrong = new ConcurrentQueue<string>();
        int failures = 0;
        await Parallel.ForEachAsync(Cuts(answer.Length), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (cut, _) =>
        {
            Outcome outcome = await ReplayAsync(exchange, subject, answer, cut, ending);
            Interlocked.Add(ref failures, outcome.Failure is null ? 0 : 1);
            if (!IsRight(exchange, outcome, whole))
            {
                wrong.Enqueue($"cut at {cut} of {answer.Length}: {outcome}");
            }
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(10)));
        Assert.NotEqual(0, failures);
    }

    /// <summary>A watch is told what had come; everything else is whole or an error. Nothing is unexpected.</summary>
    private static bool IsRight(string exchange, Outcome outcome, Outcome whole)
    {
        if (outcome.Failure is not (null or EphemeralDebugException))
        {
            return false;
        }

        return exchange is "watch"
            ? whole.Seen.Take(outcome.Seen.Count).SequenceEqual(outcome.Seen, StringComparer.Ordinal)
            : outcome.Failure is not null || outcome.Seen.SequenceEqual(whole.Seen, StringComparer.Ordinal);
    }

    private static IEnumerable<int> Cuts(int length)
    {
        int step = Math.Max(1, length / MaximumCuts);
        int last = Math.Max(0, length - LastBytes);
        return Enumerable.Range(0, length).Where(cut => cut % step == 0 || cut >= last);
    }

    private async Task<(byte[] Answer, Outcome Whole)> RecordAsync(SandboxServer sandbox, string exchange, Subject subject)
    {
        await using var relay = new RecordingRelay(sandbox);
        Outcome whole;
        using (ClusterSession session = Open(relay.Address))
        {
            whole = await RunAsync(exchange, session, subject);
        }

        return (await relay.FinishAsync(), whole);
    }

    private async Task<Outcome> ReplayAsync(string exchange, Subject subject, byte[] answer, int cut, Ending ending)
    {
        await using var server = new ReplayServer(answer, cut, ending);
        Outcome outcome;
        using (ClusterSession session = Open(server.Address))
        {
            outcome = await RunAsync(exchange, session, subject);
        }

        // Whatever was opened is closed with the session.
        await server.AllClosed.WaitAsync(s_limit);
        return outcome;
    }

    /// <summary>Pauses between tries pass a hundred times as fast.</summary>
    private ClusterSession Open(Uri server) => new(
        new ClusterConfiguration { Server = server, Namespace = _cluster.Namespace }, new FastTime());

    private static async Task<Outcome> RunAsync(string exchange, ClusterSession session, Subject subject)
    {
        var seen = new List<string>();
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await s_exchanges[exchange](session, subject, seen, limit.Token).WaitAsync(s_limit);
            return new Outcome(seen, null);
        }
        catch (KubernetesStatusException refusal) when (exchange is "refused upgrade" && seen.Count == 0)
        {
            // The refusal is the right result here, and has to be the whole one.
            return refusal.Reason is null ? new Outcome([], refusal) : new Outcome([refusal.Message], null);
        }
        catch (Exception exception)
        {
            return new Outcome(seen, exception);
        }
    }

    private static async Task GetAsync(ClusterSession session, Subject subject, List<string> seen, CancellationToken cancellationToken)
    {
        PodResource read = await session.Pods.GetAsync(session.Namespace, subject.Pod, cancellationToken);
        seen.Add($"{read.Metadata?.Name} {read.Metadata?.ResourceVersion} {read.Spec?.EphemeralContainers?.Count}");
    }

    private static async Task ListAsync(ClusterSession session, Subject subject, List<string> seen, CancellationToken cancellationToken)
    {
        var pods = new List<string>();
        await foreach (PodResource item in session.Pods.ListAsync(session.Namespace, labelSelector: null, cancellationToken))
        {
            pods.Add($"{item.Metadata?.Name} {item.Metadata?.ResourceVersion}");
        }

        seen.AddRange(pods);
    }

    private static async Task PatchAsync(ClusterSession session, Subject subject, List<string> seen, CancellationToken cancellationToken)
    {
        var patch = (JsonObject)JsonNode.Parse("""{"spec":{"ephemeralContainers":[{"name":"patched","image":"busybox"}]}}""")!;
        JsonObject changed = await session.EphemeralContainers.PatchAsync(session.Namespace, subject.Pod, patch, dryRun: false, cancellationToken);
        seen.Add(changed["spec"]!["ephemeralContainers"]!.ToJsonString());
    }

    /// <summary>From before the pod was made, so that what has happened to it comes at once.</summary>
    private static async Task WatchAsync(ClusterSession session, Subject subject, List<string> seen, CancellationToken cancellationToken)
    {
        var reader = new WatchReader(session.Client, TimeProvider.System);
        await foreach ((string version, PodChange? change) in reader.ReadAsync(session.Namespace, subject.Version, cancellationToken))
        {
            seen.Add($"{version} {change?.Pod.Status?.Phase}");
            if (seen.Count == 4)
            {
                return;
            }
        }
    }

    private static async Task ExecAsync(
        ClusterSession session, string pod, string container, List<string> seen, CancellationToken cancellationToken)
    {
        var request = new StreamRequest(session.Namespace, pod, container) { Command = ["sh", "-c", "echo one; echo two >&2; exit 7"] };
        await using RemoteStream stream = await RemoteStream.OpenAsync(session.Client, request, cancellationToken);
        var text = new StringBuilder();
        byte[] buffer = new byte[100];
        while (await stream.ReadAsync(buffer, cancellationToken) is { Data.IsEmpty: false } read)
        {
            text.Append(read.Channel).Append(Encoding.UTF8.GetString(read.Data.Span));
        }

        // The two outputs may come in either order.
        seen.Add($"{new string([.. text.ToString().Order()])} {stream.Status?.ExitCode}");
    }

    /// <summary>A pod, and the version of the namespace before there was one.</summary>
    private sealed record Subject(string Pod, string Version);

    private sealed record Outcome(IReadOnlyList<string> Seen, Exception? Failure)
    {
        public override string ToString() => $"[{string.Join(", ", Seen)}] {Failure}";
    }
}
