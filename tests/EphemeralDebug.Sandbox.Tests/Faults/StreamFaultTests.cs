using System.Net;
using System.Net.WebSockets;
using EphemeralDebug.Sandbox.Faults;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Tests.Faults;

/// <summary>Faults of exec, as a client sees them on the WebSocket.</summary>
public sealed class StreamFaultTests : IAsyncLifetime, IDisposable
{
    private const string Exec = "/api/v1/namespaces/default/pods/web/exec?container=app&stdout=true&command=";
    private const string Endless = $"{Exec}yes";
    private const string Short = $"{Exec}echo&command=one";

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private FaultyServer _faulty = null!;

    private FaultRules Rules => _faulty.Server.Faults;

    public async Task InitializeAsync()
    {
        _faulty = await FaultyServer.StartAsync(new SandboxOptions { Pods = [DemoPod.Demonstration[0]] });
        using PodSubscription pods = _faulty.Server.Pods.Subscribe();
        while ((string?)(await pods.Events.ReadAsync(_limit.Token)).Pod["status"]?["phase"] != "Running")
        {
        }
    }

    public async Task DisposeAsync() => await _faulty.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    [Theory]
    [InlineData("status 403", HttpStatusCode.Forbidden)]
    [InlineData("status 404", HttpStatusCode.NotFound)]
    [InlineData("text 500 message='container not found'", HttpStatusCode.InternalServerError)]
    [InlineData("html 502", HttpStatusCode.BadGateway)]
    public async Task An_upgrade_is_refused(string fault, HttpStatusCode code)
    {
        Rules.Add($"{fault} on pods/exec upgrade");
        WebSocketException exception = await Assert.ThrowsAsync<WebSocketException>(
            () => _faulty.OpenAsync(Short, _limit.Token, "v5.channel.k8s.io"));
        Assert.Contains(((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drop at=0", 0)]
    [InlineData("drop at=1", 0)]
    [InlineData("drop at=100", 1)]
    public async Task The_connection_of_a_stream_is_lost(string fault, int atLeast)
    {
        FaultRule rule = Rules.Add($"{fault} on pods/exec");
        using ClientWebSocket socket = await _faulty.OpenAsync(Endless, _limit.Token, "v5.channel.k8s.io");
        int received = 0;
        byte[] buffer = new byte[4096];
        WebSocketException exception = await Assert.ThrowsAsync<WebSocketException>(async () =>
        {
            while (true)
            {
                received += (await socket.ReceiveAsync(buffer.AsMemory(), _limit.Token)).Count;
            }
        });
        Assert.Equal(WebSocketError.ConnectionClosedPrematurely, exception.WebSocketErrorCode);
        Assert.InRange(received, atLeast, 100);
        await rule.WaitAsync(1, _limit.Token);
    }

    [Fact]
    public async Task A_stream_stalls_with_its_connection_open()
    {
        FaultRule rule = Rules.Add("stall at=100 on pods/exec");
        using ClientWebSocket socket = await _faulty.OpenAsync(Endless, _limit.Token, "v5.channel.k8s.io");
        await rule.WaitAsync(1, _limit.Token);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Theory]
    [InlineData("v4.channel.k8s.io", "v5.channel.k8s.io", "v4.channel.k8s.io")]
    [InlineData("v4.channel.k8s.io", "v4.channel.k8s.io")]
    public async Task A_server_without_v5_takes_v4(string taken, params string[] offered)
    {
        Rules.Add("v4");
        using ClientWebSocket socket = await _faulty.OpenAsync(Short, _limit.Token, offered);
        Assert.Equal(taken, socket.SubProtocol);
    }

    [Fact]
    public async Task A_server_without_v5_refuses_a_client_that_offers_nothing_else()
    {
        Rules.Add("v4");
        await Assert.ThrowsAsync<WebSocketException>(() => _faulty.OpenAsync(Short, _limit.Token, "v5.channel.k8s.io"));
    }

    [Fact]
    public async Task A_server_of_HTTP_1_1_alone_serves_requests_and_streams()
    {
        await using FaultyServer old = await FaultyServer.StartAsync(new SandboxOptions { Http1Only = true, Node = null });
        using HttpResponseMessage response = await old.Client(HttpVersion.Version11).GetAsync(new Uri("/version", UriKind.Relative), _limit.Token);
        Assert.Equal(HttpVersion.Version11, response.Version);
        await Assert.ThrowsAsync<HttpRequestException>(
            () => old.Client(HttpVersion.Version20).GetAsync(new Uri("/version", UriKind.Relative), _limit.Token));
    }
}
