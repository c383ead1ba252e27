using System.Net.WebSockets;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using EphemeralDebug.Sandbox.Tests.Faults;

namespace EphemeralDebug.Sandbox.Tests.Hosting;

/// <summary>Very many pods that run from the start.</summary>
public sealed class PopulationTests : IAsyncLifetime, IDisposable
{
    private const int Count = 2600;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(90));
    private FaultyServer _host = null!;

    private ObjectStore Pods => _host.Server.Pods.Objects;

    public async Task InitializeAsync() => _host = await FaultyServer.StartAsync(new SandboxOptions { Population = Count });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task They_are_listed_and_run()
    {
        JsonNode list = await GetAsync("/api/v1/pods");
        Assert.Equal(Count, list.Items("items").Count());
        Assert.All(list.Items("items"), pod => Assert.Equal("Running", pod.Object("status").Text("phase")));
        JsonNode namespaces = await GetAsync("/api/v1/namespaces");
        Assert.Contains("team-02", namespaces.Items("items").Select(item => item.Object("metadata").Text("name")));
    }

    [Fact]
    public async Task They_are_the_same_in_every_sandbox_but_for_times()
    {
        await using FaultyServer other = await FaultyServer.StartAsync(new SandboxOptions { Population = 1 });
        string[] names = [.. Pods.Read().Objects.Values.Select(pod => (string)pod.Value["metadata"]!["uid"]!)];
        Assert.Contains((string)other.Server.Pods.Objects.Read().Objects.Values.Single().Value["metadata"]!["uid"]!, names);
        Assert.Equal(Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_few_have_ephemeral_containers_and_tell_so_in_their_managed_fields()
    {
        JsonNode list = await GetAsync("/api/v1/pods");
        string[] debugged = [.. list.Items("items").Where(pod => pod.Object("spec").Has("ephemeralContainers")).Select(Name)];
        string[] told = [.. list.Items("items")
            .Where(pod => pod.Object("metadata").Items("managedFields").Any(entry => entry.Text("subresource") == "ephemeralcontainers"))
            .Select(Name)];
        Assert.Equal(3, debugged.Length);
        Assert.Equal(debugged, told);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_gets_its_processes_when_a_command_is_executed_in_it_and_nobody_sees_that(bool debugged)
    {
        StoredObject pod = Pods.Read().Objects.Values.First(pod => pod.Value.Object("spec").Has("ephemeralContainers") == debugged);
        string container = debugged ? pod.Value.Object("spec").Items("ephemeralContainers").Single().Text("name")! : "app";
        Assert.Contains("sleep 1000000", await ExecuteAsync(pod, container, "ps"), StringComparison.Ordinal);
        Assert.Same(pod, Pods.Get(pod.Namespace, pod.Name));
    }

    [Fact]
    public async Task An_ephemeral_container_can_be_added_to_one()
    {
        StoredObject pod = Pods.Read().Objects.Values.First();
        using var subscription = _host.Server.Pods.Subscribe();
        using var patch = new StringContent(
            """{"spec":{"ephemeralContainers":[{"name":"debug","image":"busybox:1.36","command":["sleep","1000000"],"targetContainerName":"app"}]}}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/strategic-merge-patch+json"));
        using HttpResponseMessage response = await _host.Client(new Version(2, 0)).PatchAsync(
            new Uri($"/api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}/ephemeralcontainers", UriKind.Relative), patch, _limit.Token);
        response.EnsureSuccessStatusCode();
        while (true)
        {
            PodEvent change = await subscription.Events.ReadAsync(_limit.Token);
            if (change.Change == PodChange.Modified && change.Pod.Object("status").Has("ephemeralContainerStatuses"))
            {
                JsonObject status = change.Pod.Object("status")!;
                Assert.Equal("Running", status.Text("phase"));
                Assert.True(JsonNode.DeepEquals(pod.Value.Object("status")!["containerStatuses"], status["containerStatuses"]));
                if (status.Items("ephemeralContainerStatuses").Single().Object("state").Has("running"))
                {
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task They_stay_when_the_controllers_of_workloads_work()
    {
        using var subscription = _host.Server.Pods.Subscribe();
        using var job = new StringContent(
            """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"once"},
            "spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"app","image":"busybox:1.36","command":["true"]}]}}}}
            """,
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await _host.Client(new Version(2, 0)).PostAsync(
            new Uri("/apis/batch/v1/namespaces/default/jobs", UriKind.Relative), job, _limit.Token);
        response.EnsureSuccessStatusCode();
        PodEvent change;
        do
        {
            change = await subscription.Events.ReadAsync(_limit.Token);
        }
        while (change.Pod.Object("status").Text("phase") != "Succeeded");

        Assert.Equal(Count + 1, Pods.Read().Objects.Count);
        Assert.DoesNotContain(Pods.Read().Objects.Values, pod => pod.Value.Object("metadata").Has("deletionTimestamp"));
    }

    private static string Name(JsonObject pod) => pod.Object("metadata").Text("name")!;

    private async Task<JsonNode> GetAsync(string path)
    {
        await using Stream stream = await _host.Client(new Version(2, 0)).GetStreamAsync(new Uri(path, UriKind.Relative), _limit.Token);
        return (await JsonNode.ParseAsync(stream, cancellationToken: _limit.Token))!;
    }

    private async Task<string> ExecuteAsync(StoredObject pod, string container, string command)
    {
        using ClientWebSocket socket = await _host.OpenAsync(
            $"/api/v1/namespaces/{pod.Namespace}/pods/{pod.Name}/exec?container={container}&stdout=true&command={command}", _limit.Token, "v5.channel.k8s.io");
        var output = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), _limit.Token) is { MessageType: not WebSocketMessageType.Close } result)
        {
            output.Write(buffer, 0, result.Count);
        }

        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
