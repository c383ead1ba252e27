using System.Net;
using System.Net.Sockets;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Api;

public sealed class ApiClientTests
{
    private static readonly TimeSpan s_testLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_pod_is_read_with_its_containers_and_states()
    {
        await using var server = ScriptedServer.Answering(
            200,
            "application/json",
            """{"kind":"Pod","metadata":{"name":"web","namespace":"default","resourceVersion":"7"},"spec":{"unknown":{"a":[1]},"ephemeralContainers":[{"name":"d","image":"busybox"}]},"status":{"ephemeralContainerStatuses":[{"name":"d","state":{"terminated":{"exitCode":3,"reason":"Error"}}}]}}""");
        PodResource pod = await GetPodAsync(server);
        Assert.Equal("7", pod.Metadata?.ResourceVersion);
        Assert.Equal(3, pod.Status?.EphemeralContainerStatuses?[0].State?.Terminated?.ExitCode);
        Assert.Equal("/api/v1/namespaces/default/pods/web", server.Requests.Single().Target);
    }

    [Theory]
    [InlineData(400, "BadRequest", "BadRequest", FailureKind.InvalidArgument)]
    [InlineData(401, "Unauthorized", "Unauthorized", FailureKind.Authentication)]
    [InlineData(403, "Forbidden", "Forbidden", FailureKind.PermissionDenied)]
    [InlineData(404, "NotFound", "PodNotFound", FailureKind.NotFound)]
    [InlineData(409, "AlreadyExists", "AlreadyExists", FailureKind.Conflict)]
    [InlineData(409, "Conflict", "Conflict", FailureKind.Conflict)]
    [InlineData(422, "Invalid", "InvalidRequest", FailureKind.InvalidArgument)]
    [InlineData(429, "TooManyRequests", "TooManyRequests", FailureKind.Unavailable)]
    [InlineData(500, "InternalError", "ServerError", FailureKind.Unavailable)]
    [InlineData(503, "ServiceUnavailable", "ServerError", FailureKind.Unavailable)]
    public async Task A_status_becomes_an_error_with_the_servers_own_words(int code, string reason, string id, FailureKind kind)
    {
        await using var server = ScriptedServer.Answering(
            code,
            "application/json",
            $$$"""{"kind":"Status","status":"Failure","message":"because of \u001b[31mthis","reason":"{{{reason}}}","code":{{{code}}},"details":{"causes":[{"field":"spec.x","reason":"FieldValueInvalid","message":"is bad"},{"field":"spec.y"}]}}""");
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => GetPodAsync(server));
        Assert.Equal(id, failure.ErrorId);
        Assert.Equal(kind, failure.Kind);
        Assert.Equal("because of \\u001b[31mthis", failure.Message);
        Assert.Equal((HttpStatusCode)code, failure.StatusCode);
        Assert.Equal(["spec.x", "spec.y"], failure.Causes.Select(c => c.Field));
    }

    [Fact]
    public async Task A_missing_right_is_named()
    {
        await using var server = ScriptedServer.Answering(
            403, "application/json", """{"kind":"Status","status":"Failure","message":"pods \"web\" is forbidden: ","reason":"Forbidden","code":403}""");
        EphemeralDebugException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => GetPodAsync(server));
        Assert.Contains("get pods in namespace 'default'", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_404_that_is_no_status_means_that_the_server_does_not_have_the_resource()
    {
        await using var server = ScriptedServer.Answering(404, "text/plain", "404 page not found\n");
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => GetPodAsync(server));
        Assert.Equal("ResourceNotServed", failure.ErrorId);
        Assert.EndsWith(": 404 page not found", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(502)]
    public async Task A_web_page_is_no_answer_of_Kubernetes(int status)
    {
        await using var server = ScriptedServer.Answering(status, "text/html; charset=utf-8", "<html><body>Log in</body></html>");
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => GetPodAsync(server));
        Assert.DoesNotContain("<html>", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Kubernetes", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{\"kind\":")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "[]")]
    [InlineData("application/xml", "<pod/>")]
    public async Task An_answer_that_is_no_object_of_Kubernetes_is_an_error(string contentType, string body)
    {
        await using var server = ScriptedServer.Answering(200, contentType, body);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => GetPodAsync(server));
        Assert.Equal("UnexpectedAnswer", failure.ErrorId);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_a_lost_connection()
    {
        await using var server = new ScriptedServer((_, stream, token) => ScriptedServer.WriteAsync(
            stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"kind\"", token));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => GetPodAsync(server));
        Assert.Equal("ConnectionLost", failure.ErrorId);
        Assert.Equal(FailureKind.Connection, failure.Kind);
    }

    [Fact]
    public async Task A_server_that_is_down_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        listener.Stop();
        using var client = new ApiClient(address, new SocketsHttpHandler());
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => new PodApi(client).GetAsync("default", "web", CancellationToken.None));
        Assert.Equal("ServerUnreachable", failure.ErrorId);
        Assert.Contains(address.Authority, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_at_the_time_limit()
    {
        await using var server = new ScriptedServer((_, _, token) => Task.Delay(Timeout.Infinite, token));
        using var client = new ApiClient(server.Address, new SocketsHttpHandler()) { RequestTimeout = TimeSpan.FromMilliseconds(100) };
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => new PodApi(client).GetAsync("default", "web", CancellationToken.None).WaitAsync(s_testLimit));
        Assert.Equal("RequestTimedOut", failure.ErrorId);
        Assert.Equal(FailureKind.Timeout, failure.Kind);
    }

    [Fact]
    public async Task A_path_in_the_servers_address_is_kept()
    {
        await using var server = ScriptedServer.Answering(200, "application/json", """{"kind":"Pod"}""");
        using var client = new ApiClient(new Uri(server.Address, "/clusters/one"), new SocketsHttpHandler());
        await new PodApi(client).GetAsync("default", "web", CancellationToken.None);
        Assert.Equal("/clusters/one/api/v1/namespaces/default/pods/web", server.Requests.Single().Target);
    }

    [Fact]
    public async Task A_name_cannot_become_another_path()
    {
        await using var server = ScriptedServer.Answering(200, "application/json", """{"kind":"Pod"}""");
        using var client = new ApiClient(server.Address, new SocketsHttpHandler());
        await new PodApi(client).GetAsync("default", "../../secrets?x=y", CancellationToken.None);
        Assert.Equal("/api/v1/namespaces/default/pods/..%2F..%2Fsecrets%3Fx%3Dy", server.Requests.Single().Target);
    }

    [Fact]
    public async Task A_long_list_is_read_in_chunks()
    {
        await using var server = new ScriptedServer((request, stream, token) => ScriptedServer.WriteAsync(
            stream,
            ScriptedServer.Answer(200, "application/json", request.Target.Contains("continue=next", StringComparison.Ordinal)
                ? """{"kind":"PodList","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"b"}}]}"""
                : """{"kind":"PodList","metadata":{"resourceVersion":"9","continue":"next"},"items":[{"metadata":{"name":"a"}}]}"""),
            token));
        using var client = new ApiClient(server.Address, new SocketsHttpHandler());
        var names = new List<string?>();
        await foreach (PodResource pod in new PodApi(client).ListAsync(null, "app=web", CancellationToken.None))
        {
            names.Add(pod.Metadata?.Name);
        }

        Assert.Equal(["a", "b"], names);
        Assert.Equal("/api/v1/pods?limit=500&labelSelector=app%3Dweb", server.Requests.First().Target);
    }

    private static async Task<PodResource> GetPodAsync(ScriptedServer server)
    {
        using var client = new ApiClient(server.Address, new SocketsHttpHandler());
        return await new PodApi(client).GetAsync("default", "web", CancellationToken.None).WaitAsync(s_testLimit);
    }
}
