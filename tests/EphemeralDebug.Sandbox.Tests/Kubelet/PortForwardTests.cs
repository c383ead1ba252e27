using System.Net;
using System.Net.WebSockets;
using EphemeralDebug.Sandbox.Kubelet.PortForward;

namespace EphemeralDebug.Sandbox.Tests.Kubelet;

public sealed class PortForwardTests : IAsyncLifetime
{
    private const string Channels = "v4.channel.k8s.io";

    private KubeletHost _host = null!;

    public async Task InitializeAsync() => _host = await KubeletHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_nginx_image_answers_on_its_port_and_keeps_the_connection()
    {
        await StartAsync("web", """{"name":"app","image":"nginx"}""");
        using ChannelClient client = await OpenAsync("web", 80);

        await client.SendAsync(0, "GET / HTTP/1.1\r\nHost: web\r\n\r\n");
        await client.ExpectAsync("Welcome to nginx!</h1>", channel: 0);
        await client.SendAsync(0, "GET /missing HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
        await client.ReadToEndAsync();

        Assert.Contains("HTTP/1.1 404 Not Found\r\nServer: nginx/", client.Text(0), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseCode);
        Assert.Matches("\"GET /missing HTTP/1.1\" 404 ", await _host.GetLogAsync("web"));
    }

    [Fact]
    public async Task A_web_server_shows_no_file_outside_its_directory()
    {
        await StartAsync("files", """{"name":"app","image":"busybox:1.36","command":["sh","-c","mkdir /w; exec httpd -f -p 8080 -h /w"]}""");
        using ChannelClient client = await OpenAsync("files", 8080);

        await client.SendAsync(0, "GET /../etc/passwd HTTP/1.0\r\n\r\n");
        await client.ReadToEndAsync();

        Assert.Contains("404 Not Found", client.Text(0), StringComparison.Ordinal);
        Assert.DoesNotContain("root:", client.Text(0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listening_nc_talks_with_the_client_both_ways()
    {
        await StartAsync("echo", """{"name":"app","image":"busybox:1.36","command":["sh","-c","nc -lk -p 7000 -e cat"]}""");
        using ChannelClient first = await OpenAsync("echo", 7000);
        await first.SendAsync(0, "one\n");
        await first.ExpectAsync("one\n", channel: 0);
        await first.CloseAsync();

        using ChannelClient second = await OpenAsync("echo", 7000);
        await second.SendAsync(0, "two\n");

        await second.ExpectAsync("two\n", channel: 0);
    }

    [Fact]
    public async Task Containers_of_a_pod_share_their_ports_and_another_pod_has_its_own()
    {
        await StartAsync("two", """{"name":"app","image":"nginx"},{"name":"side","image":"busybox:1.36","command":["sleep","1000000"]}""");
        await StartAsync("other", """{"name":"app","image":"busybox:1.36","command":["sleep","1000000"]}""");
        using ChannelClient same = await _host.OpenAsync("two", "exec?container=side&command=nc&command=-z&command=localhost&command=80&stdout=true&stderr=true");
        using ChannelClient other = await _host.OpenAsync("other", "exec?command=nc&command=-z&command=localhost&command=80&stdout=true&stderr=true");

        await same.ReadToEndAsync();
        await other.ReadToEndAsync();

        Assert.Equal("Success", (string?)same.Status?["status"]);
        Assert.Contains("Connection refused", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_listens_is_told_in_proc_net_tcp()
    {
        await StartAsync("web", """{"name":"app","image":"nginx"}""");
        using ChannelClient client = await _host.OpenAsync("web", "exec?command=cat&command=/proc/1/net/tcp&stdout=true&stderr=true");

        await client.ReadToEndAsync();

        Assert.Contains(": 00000000:0050 00000000:0000 0A ", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_is_free_again_when_its_process_was_killed()
    {
        await StartAsync("again", """{"name":"app","image":"busybox:1.36","command":["sleep","1000000"]}""");
        const string Script = """
            httpd -f -p 80 & server=$!
            until nc -z localhost 80 2>/dev/null; do :; done
            nc -l -p 80
            kill -9 $server
            wait $server
            timeout 1 nc -l -p 80
            echo $?
            """;
        using ChannelClient client = await _host.OpenAsync("again", $"exec?command=sh&command=-c&command={Uri.EscapeDataString(Script)}&stdout=true&stderr=true");

        await client.ReadToEndAsync();

        Assert.Equal("nc: Address already in use\n", client.Errors);
        Assert.Equal("143\n", client.Output);
    }

    [Fact]
    public async Task A_tunnel_carries_many_connections()
    {
        await StartAsync("web", """{"name":"app","image":"nginx"}""");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using WebSocket socket = await OpenTunnelAsync("web", limit.Token);
        using var client = new SpdyClient(socket, limit.Token);

        await client.RequestAsync(request: 0, port: 80, "GET / HTTP/1.0\r\n\r\n");
        await client.RequestAsync(request: 1, port: 81, "");
        await client.RequestAsync(request: 2, port: 80, "GET /missing HTTP/1.0\r\n\r\n");
        await client.ReadToEndAsync(streams: 6);

        Assert.Contains("Welcome to nginx!", client.Data(0), StringComparison.Ordinal);
        Assert.Equal("", client.Error(0));
        Assert.Contains("dial tcp4 127.0.0.1:81: connect: connection refused", client.Error(1), StringComparison.Ordinal);
        Assert.Contains("404 Not Found", client.Data(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_spdy_ends_the_tunnel()
    {
        await StartAsync("web", """{"name":"app","image":"nginx"}""");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using WebSocket socket = await OpenTunnelAsync("web", limit.Token);

        await socket.SendAsync("GET / HTTP/1.1\r\n\r\n and more of what is no frame"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, limit.Token);

        WebSocketReceiveResult result = await socket.ReceiveAsync(new byte[100], limit.Token);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
    }

    private async Task StartAsync(string pod, string containers)
    {
        _host.AddPod(pod, $$"""{"containers":[{{containers}}]}""");
        await _host.WaitForStateAsync(pod, "app", "running");
        await _host.WaitAsync(pod, stored => (string?)stored["status"]?["phase"] == "Running" ? stored : null);
    }

    private async Task<ChannelClient> OpenAsync(string pod, int port)
    {
        ChannelClient client = await _host.OpenAsync(pod, $"portforward?ports={port}", Channels);
        await client.ExpectMessagesAsync(2);
        return client;
    }

    /// <summary>Upgrades by hand: .NET's client takes no subprotocol with a slash in its name.</summary>
    private async Task<WebSocket> OpenTunnelAsync(string pod, CancellationToken limit)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/test/pods/{pod}/portforward");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
        request.Headers.Add("Sec-WebSocket-Protocol", SpdyTunnel.Protocol);
        HttpResponseMessage response = await _host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        Assert.Equal([SpdyTunnel.Protocol], response.Headers.GetValues("Sec-WebSocket-Protocol"));
        return WebSocket.CreateFromStream(await response.Content.ReadAsStreamAsync(limit), new WebSocketCreationOptions());
    }
}
