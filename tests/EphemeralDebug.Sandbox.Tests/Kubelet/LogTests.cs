using System.Net;

namespace EphemeralDebug.Sandbox.Tests.Kubelet;

public sealed class LogTests : IAsyncLifetime
{
    private KubeletHost _host = null!;

    public async Task InitializeAsync() => _host = await KubeletHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("", "line 1\nline 2\nline 3\nend")]
    [InlineData("tailLines=2", "line 3\nend")]
    [InlineData("tailLines=0", "")]
    [InlineData("limitBytes=10", "line 1\nlin")]
    [InlineData("limitBytes=10&tailLines=2", "line 3\nend")]
    [InlineData("sinceSeconds=1000", "line 1\nline 2\nline 3\nend")]
    [InlineData("sinceTime=2100-01-01T00:00:00Z", "")]
    [InlineData("follow=true&tailLines=1", "end")]
    public async Task Options_choose_what_is_shown(string query, string expected)
    {
        await AddFinishedPodAsync("for i in 1 2 3; do echo line $i; done; printf end");

        Assert.Equal(expected, await _host.GetLogAsync("job", query));
    }

    [Fact]
    public async Task Timestamps_are_in_front_of_each_line()
    {
        await AddFinishedPodAsync("echo a; echo b");

        Assert.Matches(@"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z [ab]\n){2}$", await _host.GetLogAsync("job", "timestamps=true"));
    }

    [Theory]
    [InlineData("tailLines=x", 400, "strconv.ParseInt: parsing \\\"x\\\": invalid syntax")]
    [InlineData("sinceTime=yesterday", 400, "parsing time \\\"yesterday\\\"")]
    [InlineData("tailLines=-1&limitBytes=0", 422, "is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0]")]
    [InlineData("previous=true", 400, "previous terminated container \\\"app\\\" in pod \\\"job\\\" not found")]
    [InlineData("container=nope", 400, "container nope is not valid for pod job")]
    public async Task What_is_not_valid_is_refused(string query, int code, string message)
    {
        await AddFinishedPodAsync("true");

        using HttpResponseMessage response = await _host.Client.GetAsync("/api/v1/namespaces/test/pods/job/log?" + query);

        Assert.Equal(code, (int)response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_a_pod_without_a_node_is_empty()
    {
        _host.AddPod("waits", """{"schedulerName":"none","containers":[{"name":"app","image":"busybox:1.36"}]}""");

        using HttpResponseMessage response = await _host.Client.GetAsync("/api/v1/namespaces/test/pods/waits/log");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task A_log_that_is_followed_comes_line_by_line_until_the_container_ends()
    {
        _host.AddPod("job", """{"restartPolicy":"Never","containers":[{"name":"app","image":"busybox:1.36","stdin":true,"stdinOnce":true,"command":["cat"]}]}""");
        await _host.WaitForStateAsync("job", "app", "running");
        await using Stream stream = await _host.Client.GetStreamAsync("/api/v1/namespaces/test/pods/job/log?follow=true");
        using var reader = new StreamReader(stream);
        using ChannelClient client = await _host.OpenAsync("job", "attach?stdin=true&stdout=true&stderr=true");

        await client.SendAsync(0, "one\n");
        Assert.Equal("one", await reader.ReadLineAsync());
        await client.SendAsync(0, "two\n");
        Assert.Equal("two", await reader.ReadLineAsync());
        await client.EndInputAsync();

        Assert.Null(await reader.ReadLineAsync());
    }

    private async Task AddFinishedPodAsync(string script)
    {
        _host.AddPod("job", $$"""{"restartPolicy":"Never","containers":[{"name":"app","image":"busybox:1.36","command":["sh","-c","{{script}}"]}]}""");
        await _host.WaitForStateAsync("job", "app", "terminated");
    }
}
