using System.Collections.Specialized;
using System.Globalization;
using System.Text;
using System.Web;
using EphemeralDebug.Configuration;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Debugging.Logs;

namespace EphemeralDebug.Core.Tests.Debugging.Logs;

/// <summary>
/// A server with a pod and its containers' logs, which it answers as the kubelet does: of what is asked since a time, whole
/// seconds count. Each answer is cut after as many bytes as the test says.
/// </summary>
internal sealed class PlayedLog : IAsyncDisposable
{
    private readonly Queue<int> _cuts;
    private readonly ScriptedServer _server;

    /// <param name="entries">The log as it is sent whole, stamp by stamp.</param>
    /// <param name="cuts">After how many bytes the first answers are cut.</param>
    public PlayedLog(IReadOnlyList<string> entries, params int[] cuts)
    {
        Entries = entries;
        _cuts = new Queue<int>(cuts);
        _server = new ScriptedServer(PlayAsync);
    }

    public IReadOnlyList<string> Entries { get; set; }

    /// <summary>How many entries are there at each answer; all after the last.</summary>
    public Queue<int> Growth { get; } = new();

    /// <summary>The container's state at each question; ended after the last.</summary>
    public Queue<string> States { get; } = new();

    /// <summary>Cut answers end as whole ones do.</summary>
    public bool CutsLookWhole { get; init; }

    public IEnumerable<string> LogQueries => _server.Requests.Where(request => request.Path.EndsWith("/log", StringComparison.Ordinal)).Select(request => request.Target);

    public ClusterSession Open() => new(new ClusterConfiguration { Server = _server.Address }, new FastTime());

    public async Task<List<string>> ReadAsync(LogOptions? options = null)
    {
        options ??= new LogOptions();
        using ClusterSession session = Open();
        using var reader = new LogReader(session, new LogSource("default", "web", "debug") { PodUid = "1" }, options);
        var texts = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await reader.ReadAsync(options.Follow, limit.Token) is { } lines)
        {
            texts.AddRange(lines.Select(line => line.Text));
        }

        return texts;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task PlayAsync(ScriptedRequest request, Stream stream, CancellationToken cancellationToken)
    {
        if (!request.Path.EndsWith("/log", StringComparison.Ordinal))
        {
            string state = States.Count > 0 ? States.Dequeue() : """{"terminated":{"exitCode":0}}""";
            string pod = $$$"""{"kind":"Pod","metadata":{"name":"web","namespace":"default","uid":"1"},"status":{"ephemeralContainerStatuses":[{"name":"debug","state":{{{state}}}}]}}""";
            await ScriptedServer.WriteAsync(stream, ScriptedServer.Answer(200, "application/json", pod), cancellationToken);
            return;
        }

        int count = Growth.Count > 0 ? Growth.Dequeue() : Entries.Count;
        byte[] body = Encoding.UTF8.GetBytes(string.Concat(Since(request, Entries.Take(count))));
        int cut = _cuts.Count > 0 ? Math.Min(_cuts.Dequeue(), body.Length) : body.Length;
        int length = CutsLookWhole ? cut : body.Length;
        await ScriptedServer.WriteAsync(
            stream,
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"),
            cancellationToken);
        await stream.WriteAsync(body.AsMemory(0, cut), cancellationToken);
    }

    private static IEnumerable<string> Since(ScriptedRequest request, IEnumerable<string> entries)
    {
        NameValueCollection query = HttpUtility.ParseQueryString(new Uri("http://x" + request.Target).Query);
        if (query["tailLines"] is { } tail)
        {
            entries = entries.TakeLast(int.Parse(tail, CultureInfo.InvariantCulture));
        }

        return query["sinceTime"] is not { } since
            ? entries
            : entries.Where(entry => !LogStamp.TryRead(Encoding.UTF8.GetBytes(entry), out LogStamp stamp, out _)
                || stamp.ToTime() >= DateTimeOffset.Parse(since, CultureInfo.InvariantCulture));
    }
}
