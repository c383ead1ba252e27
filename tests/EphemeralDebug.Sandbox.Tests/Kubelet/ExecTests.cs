using System.Net;
using System.Net.WebSockets;

namespace EphemeralDebug.Sandbox.Tests.Kubelet;

public sealed class ExecTests : IAsyncLifetime
{
    private KubeletHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await KubeletHost.StartAsync();
        await _host.AddSleepingPodAsync("web");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Outputs_come_on_their_channels_after_an_empty_message()
    {
        using ChannelClient client = await _host.OpenAsync("web", Command("echo out; echo err >&2") + "&stdout=true&stderr=true");

        await client.ReadToEndAsync();

        Assert.Equal(((byte)1, 0), client.Messages[0]);
        Assert.Equal(("out\n", "err\n"), (client.Output, client.Errors));
        Assert.Equal("""{"metadata":{},"status":"Success"}""", client.Text(3));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseCode);
    }

    [Theory]
    [InlineData("v5.channel.k8s.io", "command terminated with non-zero exit code: command terminated with exit code 3")]
    [InlineData("v4.channel.k8s.io", "command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3")]
    public async Task The_exit_code_is_in_the_status(string protocol, string message)
    {
        using ChannelClient client = await _host.OpenAsync("web", Command("exit 3") + "&stdout=true", protocol);

        await client.ReadToEndAsync();

        Assert.Equal(message, (string?)client.Status!["message"]);
        Assert.Equal("3", (string?)client.Status["details"]!["causes"]![0]!["message"]);
    }

    [Fact]
    public async Task Without_a_subprotocol_an_exit_code_is_told_in_plain_text()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{_host.Client.BaseAddress!.Authority}/api/v1/namespaces/test/pods/web/{Command("exit 3")}&stdout=true"), CancellationToken.None);
        using var client = new ChannelClient(socket, TimeSpan.FromSeconds(20));

        await client.ReadToEndAsync();

        Assert.Equal("command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3", client.Text(3));
    }

    [Fact]
    public async Task Half_closing_ends_the_input_in_version_5()
    {
        using ChannelClient client = await _host.OpenAsync("web", "exec?command=cat&stdin=true&stdout=true");
        await client.SendAsync(0, "one\n");
        await client.ExpectAsync("one\n");
        await client.SendAsync(0, "two\n");

        await client.EndInputAsync();
        await client.ReadToEndAsync();

        Assert.Equal("one\ntwo\n", client.Output);
        Assert.Equal("Success", (string?)client.Status!["status"]);
    }

    [Fact]
    public async Task A_message_of_any_size_reaches_the_command()
    {
        using ChannelClient client = await _host.OpenAsync("web", "exec?command=wc&command=-c&stdin=true&stdout=true");

        await client.SendAsync(0, new byte[5_000_000]);
        await client.EndInputAsync();
        await client.ReadToEndAsync();

        Assert.Equal("5000000\n", client.Output);
    }

    [Fact]
    public async Task An_interactive_shell_runs_on_a_terminal()
    {
        using ChannelClient client = await _host.OpenAsync("web", "exec?command=sh&stdin=true&stdout=true&tty=true");
        await client.ExpectAsync("/ # ");
        await client.SendAsync(4, """{"Width":90,"Height":30}""");
        await client.ExpectAsync("\r/ # \u001b[J");
        await client.SendAsync(0, "stty size; echo $TERM\r");
        await client.ExpectAsync("30 90\r\nxterm\r\n");

        await client.SendAsync(0, "exit 5\r");
        await client.ReadToEndAsync();

        Assert.Equal("5", (string?)client.Status!["details"]!["causes"]![0]!["message"]);
    }

    [Theory]
    [InlineData("no-such-program", "unable to start container process: exec: \"no-such-program\": executable file not found in $PATH")]
    [InlineData("/no/such", "unable to start container process: exec: \"/no/such\": stat /no/such: no such file or directory")]
    [InlineData("/etc", "unable to start container process: exec: \"/etc\": permission denied")]
    public async Task A_command_that_cannot_be_started_is_an_internal_error(string command, string reason)
    {
        using ChannelClient client = await _host.OpenAsync("web", $"exec?command={command}&stdout=true");

        await client.ReadToEndAsync();

        Assert.Equal(("InternalError", 500), ((string?)client.Status!["reason"], (int?)client.Status["code"]));
        Assert.EndsWith(reason, (string?)client.Status["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec?container=nope&command=true&stdout=true", 400, "container nope is not valid for pod web")]
    [InlineData("exec?command=true", 400, "you must specify at least 1 of stdin, stdout, stderr")]
    [InlineData("attach?container=nope&stdout=true", 400, "container nope is not valid for pod web")]
    public async Task What_is_not_valid_is_refused_before_the_upgrade(string request, int code, string message)
    {
        (HttpStatusCode status, string body) = await UpgradeAsync("web", request);

        Assert.Equal(code, (int)status);
        Assert.Contains(message, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_subprotocol_is_forbidden_without_a_word()
    {
        (HttpStatusCode status, string body) = await UpgradeAsync("web", "exec?command=true&stdout=true", "bogus");

        Assert.Equal((HttpStatusCode.Forbidden, ""), (status, body));
    }

    [Fact]
    public async Task A_command_lives_on_when_its_client_is_gone()
    {
        using (ChannelClient client = await _host.OpenAsync("web", Command("echo ready; read x; echo done > /tmp/done; sleep 1000") + "&stdin=true&stdout=true"))
        {
            await client.ExpectAsync("ready");
            client.Abort();
        }

        using ChannelClient other = await _host.OpenAsync("web", Command("while [ ! -e /tmp/done ]; do sleep 0.05; done; ps -o args | grep -c 'sleep 1000$'") + "&stdout=true");
        await other.ReadToEndAsync();

        Assert.Equal("1\n", other.Output);
    }

    [Fact]
    public async Task A_command_that_prints_to_a_client_that_is_gone_ends()
    {
        using (ChannelClient client = await _host.OpenAsync("web", "exec?command=yes&stdout=true"))
        {
            await client.ExpectAsync("y\ny\n");
            await client.CloseAsync();
        }

        using ChannelClient other = await _host.OpenAsync("web", Command("while ps -o comm | grep -q '^yes$'; do sleep 0.05; done; echo gone") + "&stdout=true");
        await other.ReadToEndAsync();

        Assert.Equal("gone\n", other.Output);
    }

    [Fact]
    public async Task Output_comes_whole_and_in_messages_of_at_most_32_KiB()
    {
        using ChannelClient client = await _host.OpenAsync("web", Command("head -c 1048576 /dev/zero | tr '\\0' x; exit 9") + "&stdout=true");

        await client.ReadToEndAsync();

        Assert.Equal(new string('x', 1048576), client.Output);
        Assert.Equal(32768, client.Messages.Max(message => message.Length));
        Assert.Equal("9", (string?)client.Status!["details"]!["causes"]![0]!["message"]);
    }

    [Fact]
    public async Task A_command_without_a_shell_cannot_be_run_in_a_distroless_image()
    {
        _host.AddPod("small", """{"containers":[{"name":"app","image":"gcr.io/distroless/static-debian12"}]}""");
        await _host.WaitForStateAsync("small", "app", "running");

        using ChannelClient client = await _host.OpenAsync("small", "exec?command=sh&stdout=true");
        await client.ReadToEndAsync();

        Assert.EndsWith("exec: \"sh\": executable file not found in $PATH", (string?)client.Status!["message"], StringComparison.Ordinal);
        Assert.Equal("listening on :8080\n", await _host.GetLogAsync("small"));
    }

    private static string Command(string script) => "exec?command=sh&command=-c&command=" + Uri.EscapeDataString(script);

    private async Task<(HttpStatusCode Status, string Body)> UpgradeAsync(string pod, string request, string protocol = "v5.channel.k8s.io")
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/test/pods/{pod}/{request}");
        message.Headers.Connection.Add("Upgrade");
        message.Headers.Upgrade.ParseAdd("websocket");
        message.Headers.Add("Sec-WebSocket-Version", "13");
        message.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        message.Headers.Add("Sec-WebSocket-Protocol", protocol);
        using HttpResponseMessage response = await _host.Client.SendAsync(message);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
