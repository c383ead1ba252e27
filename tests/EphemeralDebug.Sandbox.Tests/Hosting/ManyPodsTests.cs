using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Tests.Faults;
using Xunit.Abstractions;

namespace EphemeralDebug.Sandbox.Tests.Hosting;

/// <summary>Many pods created, watched and changed at once.</summary>
public sealed class ManyPodsTests(ITestOutputHelper output) : IDisposable
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(4));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Pods_that_are_created_and_debugged_at_once_all_run_and_a_watch_sees_it()
    {
        const int count = 500;
        await using FaultyServer host = await FaultyServer.StartAsync(new SandboxOptions());
        HttpClient client = host.Client(HttpVersion.Version20);
        using HttpResponseMessage watch = await client.GetAsync(
            new Uri($"{Pods}?watch=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _limit.Token);
        using var reader = new StreamReader(await watch.Content.ReadAsStreamAsync(_limit.Token));
        long start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => CreateAsync(client, number)));
        Tell("created", start);
        await WaitUntilAsync(reader, count, pod => pod.Object("status").Text("phase") == "Running");
        Tell("running", start);
        start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => DebugAsync(client, number)));
        Tell("patched", start);
        await WaitUntilAsync(reader, count, pod => pod.Object("status").Items("ephemeralContainerStatuses").Any(status => status.Object("state").Has("running")));
        Tell("ephemeral containers running", start);
    }

    private void Tell(string what, long start) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.00} s"));

    private Task CreateAsync(HttpClient client, int number)
    {
        string body = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"metadata":{"name":"pod-{{{number}}}"},"spec":{"containers":[{"name":"app","image":"busybox:1.36","command":["sleep","1000000"]}]}}""");
        return SendAsync(client, HttpMethod.Post, Pods, body, "application/json");
    }

    private Task DebugAsync(HttpClient client, int number) => SendAsync(
        client,
        HttpMethod.Patch,
        string.Create(CultureInfo.InvariantCulture, $"{Pods}/pod-{number}/ephemeralcontainers"),
        """{"spec":{"ephemeralContainers":[{"name":"debug","image":"busybox:1.36","command":["sleep","1000000"],"targetContainerName":"app"}]}}""",
        "application/strategic-merge-patch+json");

    private async Task SendAsync(HttpClient client, HttpMethod method, string path, string body, string contentType)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Version = HttpVersion.Version20;
        request.Content = new StringContent(body, new MediaTypeHeaderValue(contentType));
        using HttpResponseMessage response = await client.SendAsync(request, _limit.Token);
        response.EnsureSuccessStatusCode();
    }

    private async Task WaitUntilAsync(StreamReader events, int count, Func<JsonObject, bool> reached)
    {
        HashSet<string> done = new(StringComparer.Ordinal);
        while (done.Count < count)
        {
            string line = await events.ReadLineAsync(_limit.Token) ?? throw new EndOfStreamException("The watch has ended.");
            JsonObject pod = JsonNode.Parse(line).Object("object")!;
            if (reached(pod))
            {
                done.Add(pod.Object("metadata").Text("name")!);
            }
        }
    }
}
