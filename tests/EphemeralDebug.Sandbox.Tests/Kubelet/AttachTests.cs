namespace EphemeralDebug.Sandbox.Tests.Kubelet;

public sealed class AttachTests : IAsyncLifetime
{
    private KubeletHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await KubeletHost.StartAsync();
        await _host.AddSleepingPodAsync("web");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_session_shows_what_comes_and_the_log_has_it_all()
    {
        await AddAsync("""{"name":"debug","image":"busybox:1.36","command":["sh","-c","echo before; read x; echo got $x; exit 5"],"stdin":true,"tty":true}""");
        Assert.Equal("before\n", await _host.ReadFirstLineAsync("web", "debug"));
        using ChannelClient client = await _host.OpenAsync("web", "attach?container=debug&stdin=true&stdout=true&tty=true");

        await client.SendAsync(0, "typed\r");
        await client.ReadToEndAsync();

        Assert.Equal("typed\r\ngot typed\r\n", client.Output);
        Assert.Equal("Success", (string?)client.Status!["status"]);
        Assert.Equal("before\ntyped\ngot typed\n", await _host.GetLogAsync("web", "container=debug"));
        Assert.Equal(5, (int?)(await _host.WaitForStateAsync("web", "debug", "terminated"))["state"]!["terminated"]!["exitCode"]);
    }

    [Fact]
    public async Task The_end_of_input_reaches_a_container_only_once_and_if_it_wants_it()
    {
        await AddAsync("""{"name":"once","image":"busybox:1.36","command":["cat"],"stdin":true,"stdinOnce":true}""");
        await AddAsync("""{"name":"many","image":"busybox:1.36","command":["cat"],"stdin":true}""");
        foreach (string name in (string[])["once", "many"])
        {
            using ChannelClient client = await _host.OpenAsync("web", $"attach?container={name}&stdin=true&stdout=true&stderr=true");
            await client.SendAsync(0, "one\n");
            await client.ExpectAsync("one\n");
            await client.EndInputAsync();
            await client.ReadToEndAsync();
        }

        await _host.WaitForStateAsync("web", "once", "terminated");
        using ChannelClient again = await _host.OpenAsync("web", "attach?container=many&stdin=true&stdout=true&stderr=true");
        await again.SendAsync(0, "two\n");
        await again.ExpectAsync("two\n");
    }

    [Fact]
    public async Task Two_clients_see_the_same_output()
    {
        await AddAsync("""{"name":"debug","image":"busybox:1.36","command":["cat"],"stdin":true}""");
        using ChannelClient first = await _host.OpenAsync("web", "attach?container=debug&stdin=true&stdout=true&stderr=true");
        using ChannelClient second = await _host.OpenAsync("web", "attach?container=debug&stdout=true&stderr=true");
        await second.ExpectMessagesAsync(1);

        await first.SendAsync(0, "x\n");

        await first.ExpectAsync("x\n");
        await second.ExpectAsync("x\n");
    }

    private async Task AddAsync(string container)
    {
        _host.AddEphemeral("web", container);
        await _host.WaitForStateAsync("web", (string)System.Text.Json.Nodes.JsonNode.Parse(container)!["name"]!, "running");
    }
}
