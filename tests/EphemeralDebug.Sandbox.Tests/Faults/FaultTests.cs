using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Faults;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Faults;

/// <summary>Every fault happens as it is told, whichever version of HTTP the client speaks.</summary>
public sealed class FaultTests : IAsyncLifetime, IDisposable
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Watch = $"{Pods}?watch=true";

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private FaultyServer _faulty = null!;

    public static TheoryData<string> Versions => ["1.1", "2.0"];

    private FaultRules Rules => _faulty.Server.Faults;

    public async Task InitializeAsync() =>
        _faulty = await FaultyServer.StartAsync(new SandboxOptions { Node = null, Pods = DemoPod.Demonstration });

    public async Task DisposeAsync() => await _faulty.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_status_comes_in_place_of_the_answer_with_retry_after(string version)
    {
        FaultRule rule = Rules.Add("status 429 retry-after=7 on list pods times=1");
        using HttpResponseMessage refused = await GetAsync(version, Pods);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter?.Delta);
        JsonNode status = JsonNode.Parse(await refused.Content.ReadAsStringAsync(_limit.Token))!;
        Assert.Equal("TooManyRequests", status.Text("reason"));
        Assert.Equal(7, status.Object("details").Integer("retryAfterSeconds"));
        using HttpResponseMessage answered = await GetAsync(version, Pods);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal(1, rule.Fired);
    }

    [Theory]
    [InlineData("html 502", 502, "text/html", "502 Bad Gateway")]
    [InlineData("html 200", 200, "text/html", "<html>")]
    [InlineData("text 503 message='come back later'", 503, "text/plain", "come back later")]
    [InlineData("status 500", 500, "application/json", "\"reason\":\"InternalError\"")]
    [InlineData("status 418 reason=Teapot message=short", 418, "application/json", "\"reason\":\"Teapot\"")]
    public async Task Anything_can_come_in_place_of_the_answer(string fault, int code, string type, string text)
    {
        Rules.Add(fault);
        using HttpResponseMessage response = await GetAsync("2.0", Pods);
        Assert.Equal(code, (int)response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(text, await response.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_connection_is_lost_before_the_answer(string version)
    {
        FaultRule rule = Rules.Add("drop on get pods");
        HttpClient client = _faulty.Client(Version.Parse(version));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await client.GetAsync(new Uri($"{Pods}/web", UriKind.Relative), _limit.Token));
        await rule.WaitAsync(1, _limit.Token);
        Rules.Remove(rule);
        using HttpResponseMessage response = await client.GetAsync(new Uri($"{Pods}/web", UriKind.Relative), _limit.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(777)]
    public async Task The_connection_is_lost_after_exactly_so_many_bytes_of_the_answer(int length)
    {
        byte[] whole = await (await GetAsync("1.1", Pods)).Content.ReadAsByteArrayAsync(_limit.Token);
        Rules.Add(string.Create(CultureInfo.InvariantCulture, $"drop at={length} on list pods"));
        using HttpResponseMessage response = await GetAsync("1.1", Pods);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(whole[..length], await ReadUntilLostAsync(response));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_connection_is_lost_in_the_middle_of_a_watch(string version)
    {
        FaultRule rule = Rules.Add("drop at=100 after=500ms on watch pods");
        using HttpResponseMessage response = await GetAsync(version, Watch);
        byte[] seen = await ReadUntilLostAsync(response);
        Assert.InRange(seen.Length, 0, 100);
        Assert.Equal(1, rule.Fired);
    }

    [Fact]
    public async Task The_bytes_before_the_loss_are_sent_over_HTTP_2_too()
    {
        FaultRule rule = Rules.Add("drop at=100 after=30s on watch pods");
        using HttpResponseMessage response = await GetAsync("2.0", Watch);
        await using Stream stream = await response.Content.ReadAsStreamAsync(_limit.Token);
        byte[] seen = new byte[100];
        await stream.ReadExactlyAsync(seen, _limit.Token);
        Assert.StartsWith("{\"type\":\"ADDED\"", Encoding.UTF8.GetString(seen), StringComparison.Ordinal);
        Assert.Equal(0, rule.Fired);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_answer_stalls_and_the_connection_stays_open(string version)
    {
        FaultRule rule = Rules.Add("stall at=10 for=200ms on list pods");
        using HttpResponseMessage stalled = await GetAsync(version, Pods);
        string body = await stalled.Content.ReadAsStringAsync(_limit.Token);
        Assert.Equal(1, rule.Fired);
        Assert.Equal("PodList", JsonNode.Parse(body).Text("kind"));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_watch_that_stalls_sends_nothing_until_its_client_leaves(string version)
    {
        FaultRule rule = Rules.Add("stall at=20 on watch pods");
        using HttpResponseMessage response = await GetAsync(version, Watch);
        await using Stream stream = await response.Content.ReadAsStreamAsync(_limit.Token);
        byte[] buffer = new byte[20];
        await stream.ReadExactlyAsync(buffer, _limit.Token);
        await rule.WaitAsync(1, _limit.Token);
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(buffer, leaving.Token));
    }

    [Fact]
    public async Task A_request_that_stalls_before_its_answer_ends_with_its_client()
    {
        FaultRule rule = Rules.Add("stall on get pods");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        Task<HttpResponseMessage> request = _faulty.Client(HttpVersion.Version20).GetAsync(new Uri($"{Pods}/web", UriKind.Relative), leaving.Token);
        await rule.WaitAsync(1, _limit.Token);
        Assert.False(request.IsCompleted);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_watch_expires_with_an_error_event(string version)
    {
        Rules.Add("expire after=100ms on watch pods");
        using HttpResponseMessage response = await GetAsync(version, Watch);
        string[] lines = (await response.Content.ReadAsStringAsync(_limit.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["ADDED", "ADDED", "ERROR"], lines.Select(line => JsonNode.Parse(line).Text("type")));
        Assert.Equal(410, JsonNode.Parse(lines[2]).Object("object").Integer("code"));
    }

    [Fact]
    public async Task A_watch_is_closed_without_a_word()
    {
        FaultRule rule = Rules.Add("close after=100ms on watch pods");
        using HttpResponseMessage response = await GetAsync("2.0", Watch);
        Assert.DoesNotContain("ERROR", await response.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
        Assert.Equal(1, rule.Fired);
    }

    [Fact]
    public async Task A_list_that_is_continued_has_expired_and_can_be_gone_on_with()
    {
        FaultRule rule = Rules.Add("expire on list pods");
        JsonNode first = await GetJsonAsync($"{Pods}?limit=1");
        Assert.Equal(0, rule.Fired);
        JsonNode gone = await GetJsonAsync($"{Pods}?limit=1&continue={first.Object("metadata").Text("continue")}");
        Assert.Equal(410, gone.Integer("code"));
        JsonNode rest = await GetJsonAsync($"{Pods}?limit=1&continue={gone.Object("metadata").Text("continue")}");
        Assert.Equal("web", rest.Items("items").Single().Object("metadata").Text("name"));
        Assert.Equal(2, rule.Fired);
    }

    [Fact]
    public async Task An_answer_is_delayed()
    {
        Rules.Add("delay 300ms on list pods");
        long start = TimeProvider.System.GetTimestamp();
        using HttpResponseMessage response = await GetAsync("2.0", Pods);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(290));
    }

    [Theory]
    [InlineData("on GET", true)]
    [InlineData("on POST", false)]
    [InlineData("on list", true)]
    [InlineData("on watch", false)]
    [InlineData("on pods", true)]
    [InlineData("on pods/log", false)]
    [InlineData("on /api/*/pods", true)]
    [InlineData("on /apis/*", false)]
    [InlineData("on ?labelSelector=app=*", true)]
    [InlineData("on ?continue", false)]
    [InlineData("on user=admin", true)]
    [InlineData("on user=system:*", false)]
    [InlineData("on upgrade", false)]
    [InlineData("skip=1", false)]
    public async Task A_rule_strikes_only_what_it_is_for(string match, bool strikes)
    {
        Rules.Add($"status 500 {match}");
        using HttpResponseMessage response = await GetAsync("2.0", $"{Pods}?labelSelector=app=web");
        Assert.Equal(strikes ? HttpStatusCode.InternalServerError : HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_request_asks_for_a_fault_itself()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Pods);
        request.Headers.Add(FaultMiddleware.Header, "status 503 retry-after=1");
        using HttpResponseMessage response = await _faulty.Client(HttpVersion.Version11).SendAsync(request, _limit.Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        using var mistaken = new HttpRequestMessage(HttpMethod.Get, Pods);
        mistaken.Headers.Add(FaultMiddleware.Header, "explode");
        using HttpResponseMessage refused = await _faulty.Client(HttpVersion.Version11).SendAsync(mistaken, _limit.Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("'explode' is no fault", await refused.Content.ReadAsStringAsync(_limit.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_rules_that_match_both_happen()
    {
        FaultRule delay = Rules.Add("delay 1ms on pods");
        Rules.Add("status 504 on pods");
        using HttpResponseMessage response = await GetAsync("2.0", Pods);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(1, delay.Fired);
    }

    private Task<HttpResponseMessage> GetAsync(string version, string path) => _faulty.Client(Version.Parse(version)).GetAsync(
        new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _limit.Token);

    private async Task<JsonNode> GetJsonAsync(string path)
    {
        using HttpResponseMessage response = await GetAsync("2.0", path);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(_limit.Token))!;
    }

    /// <summary>What comes before the connection is lost; that it is lost is part of the test.</summary>
    private async Task<byte[]> ReadUntilLostAsync(HttpResponseMessage response)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(_limit.Token);
        var seen = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (true)
        {
            try
            {
                int length = await stream.ReadAsync(buffer, _limit.Token);
                Assert.True(length > 0, "the answer ended as if it were whole");
                seen.Write(buffer, 0, length);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                return seen.ToArray();
            }
        }
    }
}
