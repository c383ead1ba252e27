using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Core.Tests.Support;

/// <summary>A session with a server that gives the next answers in order, whatever it is asked.</summary>
internal sealed class Playback : IAsyncDisposable
{
    private readonly ScriptedServer _server;

    public Playback(params string[] answers)
    {
        var left = new Queue<string>(answers);
        _server = new ScriptedServer((_, stream, token) => ScriptedServer.WriteAsync(
            stream, left.TryDequeue(out string? answer) ? answer : ScriptedServer.Answer(500, "text/plain", "no answer was left"), token));
        Session = new ClusterSession(new ClusterConfiguration { Server = _server.Address }, new FastTime());
    }

    public static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public ClusterSession Session { get; }

    /// <summary>Each request as its method and the last part of its path.</summary>
    public IEnumerable<string> Requests => _server.Requests.Select(static r => $"{r.Method} {r.Path.Split('/')[^1]}");

    /// <summary>Each request's path with its query.</summary>
    public IEnumerable<string> Targets => _server.Requests.Select(static r => r.Target);

    public JsonNode Body(int request) => JsonNode.Parse(_server.Requests.ElementAt(request).Body)!;

    public string Header(int request, string name) => _server.Requests.ElementAt(request).Headers[name];

    public static string Ok(string json) => ScriptedServer.Answer(200, "application/json", json);

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await _server.DisposeAsync();
    }
}
