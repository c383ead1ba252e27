using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;
using EphemeralDebug.Configuration.Credentials;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Api.Listing;

public sealed class PodListTests
{
    private const string All = "a/1 a/2* b-c/1 b/1* b/2";

    private static readonly CancellationToken s_testLimit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    private static readonly JsonObject s_first = ListedPods.List("t1", ListedPods.Pod("a", "1"), ListedPods.Pod("a", "2", "d"));
    private static readonly JsonObject s_second = ListedPods.List("t2", ListedPods.Pod("b-c", "1"), ListedPods.Pod("b", "1", "d"));
    private static readonly JsonObject s_third = ListedPods.List(continueToken: null, ListedPods.Pod("b", "2"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_pods_of_all_chunks_come_in_order(bool isProtobuf)
    {
        await using ScriptedServer server = Serving((token, _) => Answer(Chunk(token), isProtobuf));
        Assert.Equal(All, await ListAsync(server));
        Assert.Equal(
            ["/api/v1/pods?limit=500", "/api/v1/pods?limit=500&continue=t1", "/api/v1/pods?limit=500&continue=t2"],
            server.Requests.Select(r => r.Target));
        Assert.All(server.Requests, r => Assert.Equal("application/vnd.kubernetes.protobuf, application/json", r.Headers["Accept"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_pods_with_ephemeral_containers_come_when_only_they_are_asked_for(bool isProtobuf)
    {
        await using ScriptedServer server = Serving((token, _) => Answer(Chunk(token), isProtobuf));
        using ClusterSession session = Open(server);
        Assert.Equal("a/2* b/1*", await ReadAsync(session.Pods.ListWithEphemeralContainersAsync(null, null, s_testLimit)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_chunk_is_asked_for_while_the_present_one_still_comes(bool isProtobuf)
    {
        var asked = new TaskCompletionSource();
        await using var server = new ScriptedServer(async (request, stream, token) =>
        {
            byte[] answer = Answer(Chunk(TokenOf(request)), isProtobuf);
            if (TokenOf(request) is "t1")
            {
                asked.SetResult();
            }

            int half = answer.Length * 3 / 4;
            await stream.WriteAsync(answer.AsMemory(0, half), token);
            await asked.Task.WaitAsync(token);
            await stream.WriteAsync(answer.AsMemory(half), token);
        });
        Assert.Equal(All, await ListAsync(server));
    }

    [Fact]
    public async Task No_more_than_one_chunk_is_asked_for_ahead_and_leaving_the_list_leaves_its_requests()
    {
        var left = new TaskCompletionSource();
        await using var server = new ScriptedServer(async (request, stream, token) =>
        {
            byte[] answer = Answer(Chunk(TokenOf(request)), isProtobuf: true);
            await stream.WriteAsync(answer.AsMemory(0, answer.Length * 3 / 4), token);
            if (TokenOf(request) is "t1" && await stream.ReadAsync(new byte[1], token) == 0)
            {
                left.SetResult();
            }

            await Task.Delay(Timeout.Infinite, token);
        });
        using ClusterSession session = Open(server);
        await foreach (PodResource pod in session.Pods.ListAsync(null, null, s_testLimit))
        {
            Assert.Equal("1", pod.Metadata?.Name);
            await WaitForRequestAsync(server, "t1");
            break;
        }

        await left.Task.WaitAsync(s_testLimit);
        Assert.Equal([null, "t1"], server.Requests.Select(TokenOf));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_that_has_expired_goes_on_from_where_the_server_offers(bool isProtobuf)
    {
        await using ScriptedServer server = Serving((token, _) => token switch
        {
            "t2" => Refusal(410, isProtobuf, "t3"),
            "t3" => Answer(ListedPods.List(continueToken: null, ListedPods.Pod("b", "2"), ListedPods.Pod("c", "new", "d")), isProtobuf),
            _ => Answer(Chunk(token), isProtobuf),
        });
        Assert.Equal($"{All} c/new*", await ListAsync(server));
        Assert.Equal([null, "t1", "t2", "t3"], server.Requests.Select(TokenOf));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_that_has_expired_without_an_offer_starts_over_and_loses_and_repeats_nothing(bool isProtobuf)
    {
        // By then a pod that came before has gone, another has been made among them, and one has been made after them.
        JsonObject now = ListedPods.List("t4", ListedPods.Pod("a", "1"), ListedPods.Pod("a", "15"), ListedPods.Pod("b-c", "1"));
        JsonObject rest = ListedPods.List(null, ListedPods.Pod("b", "1", "d"), ListedPods.Pod("b", "15"), ListedPods.Pod("b", "2"));
        await using ScriptedServer server = Serving((token, count) => (token, count) switch
        {
            ("t2", _) => Refusal(410, isProtobuf, token: null),
            (null, > 1) => Answer(now, isProtobuf),
            ("t4", _) => Answer(rest, isProtobuf),
            _ => Answer(Chunk(token), isProtobuf),
        });
        Assert.Equal("a/1 a/2* b-c/1 b/1* b/15 b/2", await ListAsync(server));
        Assert.Equal([null, "t1", "t2", null, "t4"], server.Requests.Select(TokenOf));
    }

    [Fact]
    public async Task A_list_that_expires_again_and_again_is_an_error()
    {
        await using ScriptedServer server = Serving((token, _) => token is null
            ? Answer(s_first, isProtobuf: true)
            : Refusal(410, isProtobuf: true, "t1"));
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => ListAsync(server));
        Assert.Equal("Expired", failure.ErrorId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_that_breaks_off_at_any_byte_is_complete_in_the_end(bool isProtobuf)
    {
        byte[] answer = Answer(s_second, isProtobuf);
        int cut = 0;
        await using ScriptedServer server = Serving((token, count) =>
            token is "t1" && count == 1 ? answer[..cut] : Answer(Chunk(token), isProtobuf));
        using ClusterSession session = Open(server);
        for (cut = 0; cut < answer.Length; cut += 11)
        {
            server.Requests.Clear();
            Assert.Equal(All, await ReadAsync(session.Pods.ListAsync(null, null, s_testLimit)));
            Assert.Equal(2, server.Requests.Count(r => TokenOf(r) is "t1"));
        }
    }

    [Fact]
    public async Task A_first_chunk_that_breaks_off_is_asked_for_again_as_the_list_is_by_then()
    {
        byte[] answer = Answer(s_first, isProtobuf: true);
        JsonObject now = ListedPods.List("t1", ListedPods.Pod("a", "0"), ListedPods.Pod("a", "1"), ListedPods.Pod("a", "2", "d"));
        await using ScriptedServer server = Serving((token, count) => (token, count) switch
        {
            (null, 1) => answer[..^30],
            (null, _) => Answer(now, isProtobuf: true),
            _ => Answer(Chunk(token), isProtobuf: true),
        });
        Assert.Equal(All, await ListAsync(server));
    }

    [Fact]
    public async Task A_list_in_no_order_that_breaks_off_is_an_error_and_not_a_list_with_gaps()
    {
        JsonObject unordered = ListedPods.List(null, ListedPods.Pod("b", "1"), ListedPods.Pod("a", "1"), ListedPods.Pod("c", "1"));
        byte[] answer = Answer(unordered, isProtobuf: true);
        await using ScriptedServer server = Serving((_, _) => answer[..^30]);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => ListAsync(server));
        Assert.Equal("ConnectionLost", failure.ErrorId);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_without_protobuf_is_asked_for_json_from_then_on()
    {
        await using var server = new ScriptedServer(async (request, stream, token) => await stream.WriteAsync(
            request.Headers["Accept"].Contains("protobuf", StringComparison.Ordinal)
                ? Refusal(406, isProtobuf: false, token: null)
                : Answer(Chunk(TokenOf(request)), isProtobuf: false),
            token));
        using ClusterSession session = Open(server);
        Assert.Equal(All, await ReadAsync(session.Pods.ListAsync(null, null, s_testLimit)));
        Assert.Equal(All, await ReadAsync(session.Pods.ListAsync(null, null, s_testLimit)));
        Assert.Single(server.Requests, r => r.Headers["Accept"].Contains("protobuf", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refusal_in_either_form_is_told_in_the_servers_own_words(bool isProtobuf)
    {
        await using ScriptedServer server = Serving((_, _) => Refusal(403, isProtobuf, token: null));
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => ListAsync(server));
        Assert.Equal(("Forbidden", "no way"), (failure.ErrorId, failure.Message));
        Assert.Contains("list pods", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunk_that_was_turned_away_is_asked_for_again()
    {
        await using ScriptedServer server = Serving((token, count) =>
            token is "t1" && count < 4 ? Refusal(429, isProtobuf: true, token: null) : Answer(Chunk(token), isProtobuf: true));
        Assert.Equal(All, await ListAsync(server));
    }

    [Fact]
    public async Task A_credential_that_expires_in_mid_list_is_renewed()
    {
        int issued = 0;
        await using var server = new ScriptedServer(async (request, stream, token) => await stream.WriteAsync(
            TokenOf(request) is "t1" && request.Headers["Authorization"] is "Bearer 1"
                ? Refusal(401, isProtobuf: true, token: null)
                : Answer(Chunk(TokenOf(request)), isProtobuf: true),
            token));
        var header = new CachedValue<string>(() => $"Bearer {++issued}", TimeProvider.System, TimeSpan.MaxValue);
        var configuration = new ClusterConfiguration
        {
            Server = server.Address, Credentials = new UserCredentialSource("token", header, certificate: null),
        };
        using var session = new ClusterSession(configuration, new FastTime());
        Assert.Equal(All, await ReadAsync(session.Pods.ListAsync(null, null, s_testLimit)));
        Assert.Equal(["1", "1", "2", "2"], server.Requests.Select(r => r.Headers["Authorization"].Split(' ')[1]));
    }

    [Fact]
    public async Task A_list_that_goes_on_with_the_same_chunk_for_ever_is_an_error()
    {
        await using ScriptedServer server = Serving((_, _) => Answer(ListedPods.List("t1"), isProtobuf: true));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => ListAsync(server));
        Assert.Equal("UnexpectedAnswer", failure.ErrorId);
    }

    [Theory]
    [InlineData("text/html", "<html>")]
    [InlineData("application/json", "{\"kind\":\"PodList\",\"items\":[{]}")]
    [InlineData("application/vnd.kubernetes.protobuf", "{\"kind\":\"PodList\"}")]
    [InlineData("application/json", "{\"kind\":\"PodList\",\"items\":[{\"metadata\":7}]}")]
    public async Task An_answer_that_is_no_list_of_pods_is_an_error(string mediaType, string body)
    {
        await using ScriptedServer server = ScriptedServer.Answering(200, mediaType, body);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => ListAsync(server));
        Assert.Equal("UnexpectedAnswer", failure.ErrorId);
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_mid_answer_is_left_at_the_time_limit()
    {
        await using var server = new ScriptedServer(async (_, stream, token) =>
        {
            await stream.WriteAsync(Answer(s_third, isProtobuf: true).AsMemory()[..^40], token);
            await Task.Delay(Timeout.Infinite, token);
        });
        using var client = new ApiClient(server.Address, new SocketsHttpHandler()) { RequestTimeout = TimeSpan.FromMilliseconds(200) };
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => ReadAsync(new PodApi(client).ListAsync(null, null, s_testLimit)));
        Assert.Equal("RequestTimedOut", failure.ErrorId);
    }

    [Fact]
    public async Task Who_takes_long_over_a_pod_is_not_hurried_by_the_time_limit()
    {
        await using ScriptedServer server = Serving((token, _) => Answer(Chunk(token), isProtobuf: true));
        TimeSpan limit = TimeSpan.FromSeconds(2);
        using var client = new ApiClient(server.Address, new SocketsHttpHandler()) { RequestTimeout = limit };
        int count = 0;
        await foreach (PodResource _ in new PodApi(client).ListAsync(null, null, s_testLimit))
        {
            await Task.Delay(count++ == 0 ? limit * 1.5 : TimeSpan.Zero, s_testLimit);
        }

        Assert.Equal(5, count);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "gzip")]
    public async Task A_long_answer_is_compressed_only_when_it_comes_from_elsewhere(bool byProxy, string? encoding)
    {
        await using ScriptedServer server = Serving((token, _) => Answer(Chunk(token), isProtobuf: true));
        var configuration = new ClusterConfiguration { Server = server.Address, Proxy = byProxy ? new Uri("http://proxy:3128") : null };
        using var session = new ClusterSession(configuration, new FastTime());
        await ReadAsync(session.Pods.ListAsync(null, null, s_testLimit));
        Assert.All(server.Requests, r => Assert.Equal(encoding, r.Headers.GetValueOrDefault("Accept-Encoding")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_compressed_list_is_read(bool isProtobuf)
    {
        await using ScriptedServer server = Serving((token, _) =>
            Head(200, isProtobuf, Gzip(ListedPods.Encode(Chunk(token), isProtobuf)), "Content-Encoding: gzip\r\n"));
        Assert.Equal(All, await ListAsync(server));
    }

    private static async Task WaitForRequestAsync(ScriptedServer server, string token)
    {
        while (!server.Requests.Any(r => TokenOf(r) == token))
        {
            await Task.Delay(10, s_testLimit);
        }
    }

    private static JsonObject Chunk(string? token) => token switch
    {
        null => s_first,
        "t1" => s_second,
        "t2" => s_third,
        _ => throw new ArgumentOutOfRangeException(nameof(token), token, "There is no such chunk."),
    };

    /// <summary>A server that answers by the token and by how many times it was asked with it.</summary>
    private static ScriptedServer Serving(Func<string?, int, byte[]> answer)
    {
        ScriptedServer? server = null;
        return server = new ScriptedServer(async (request, stream, token) => await stream.WriteAsync(
            answer(TokenOf(request), server!.Requests.Count(r => TokenOf(r) == TokenOf(request))), token));
    }

    private static string? TokenOf(ScriptedRequest request) =>
        request.Target.Split('?', '&').FirstOrDefault(p => p.StartsWith("continue=", StringComparison.Ordinal))?["continue=".Length..];

    private static byte[] Answer(JsonObject document, bool isProtobuf) =>
        Head(200, isProtobuf, ListedPods.Encode(document, isProtobuf), headers: "");

    private static byte[] Refusal(int status, bool isProtobuf, string? token)
    {
        var document = new JsonObject
        {
            ["kind"] = "Status",
            ["metadata"] = new JsonObject { ["continue"] = token ?? "" },
            ["status"] = "Failure",
            ["message"] = "no way",
            ["reason"] = "X",
            ["code"] = status,
        };
        return Head(status, isProtobuf, ListedPods.Encode(document, isProtobuf), headers: "");
    }

    private static byte[] Head(int status, bool isProtobuf, byte[] body, string headers)
    {
        string type = isProtobuf ? "application/vnd.kubernetes.protobuf" : "application/json";
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{headers}Connection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return buffer.ToArray();
    }

    private static async Task<string> ListAsync(ScriptedServer server)
    {
        using ClusterSession session = Open(server);
        return await ReadAsync(session.Pods.ListAsync(null, null, s_testLimit));
    }

    private static ClusterSession Open(ScriptedServer server) =>
        new(new ClusterConfiguration { Server = server.Address }, new FastTime());

    private static async Task<string> ReadAsync(IAsyncEnumerable<PodResource> pods)
    {
        var keys = new List<string>();
        await foreach (PodResource pod in pods)
        {
            keys.Add($"{pod.Metadata?.Namespace}/{pod.Metadata?.Name}{(pod.Spec?.EphemeralContainers is null ? "" : "*")}");
        }

        return string.Join(' ', keys);
    }
}
