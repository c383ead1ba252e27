using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Core.Tests.Streaming;

public sealed class RefusedUpgradeTests
{
    private static readonly StreamRequest s_exec = new("conf", "streams", "app") { Command = ["sh"] };

    [Theory]
    [InlineData(400, "application/json", """{"kind":"Status","status":"Failure","message":"container nope is not valid for pod web","reason":"BadRequest","code":400}""", "BadRequest", "container nope is not valid for pod web")]
    [InlineData(404, "application/json", """{"kind":"Status","status":"Failure","message":"pods \"x\" not found","reason":"NotFound","code":404}""", "PodNotFound", "pods \"x\" not found")]
    [InlineData(500, "text/plain; charset=utf-8", "container not found (\"app\")\nmore", "ServerError", "container not found (\"app\")")]
    [InlineData(502, "text/html", "<html><body>Bad Gateway</body></html>", "ServerError", "web page (HTTP 502)")]
    [InlineData(403, "text/plain", "", "Forbidden", "HTTP 403")]
    [InlineData(503, "application/json", "", "ServerError", "HTTP 503")]
    [InlineData(403, "application/json", "{\"kind\":\"Status\"", "Forbidden", "HTTP 403")]
    public async Task The_answer_to_a_refused_upgrade_says_why(int status, string mediaType, string body, string id, string expected)
    {
        await using var server = ScriptedServer.Answering(status, mediaType, body);
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => OpenAsync(server));
        Assert.Equal((id, status), (failure.ErrorId, (int)failure.StatusCode));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_without_end_is_cut()
    {
        await using var server = new ScriptedServer(async (_, stream, token) =>
        {
            await ScriptedServer.WriteAsync(stream, "HTTP/1.1 500 X\r\nContent-Type: text/plain\r\nContent-Length: 1000000000\r\n\r\n", token);
            byte[] piece = new byte[100_000];
            Array.Fill(piece, (byte)'x');
            while (true)
            {
                await stream.WriteAsync(piece, token);
            }
        });
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => OpenAsync(server));
        Assert.Equal(HttpStatusCode.InternalServerError, failure.StatusCode);
        Assert.InRange(failure.Message.Length, 1, 70_000);
    }

    [Fact]
    public async Task An_answer_that_agrees_to_nothing_is_refused()
    {
        await using var server = ScriptedServer.Answering(200, "text/html", "<html>welcome</html>");
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => OpenAsync(server));
        Assert.Equal("StreamProtocol", failure.ErrorId);
    }

    /// <summary>Recorded in rbac/streams: get without create on 1.36, and neither.</summary>
    [Theory]
    [InlineData("pods \\\"streams\\\" is forbidden: ", "create pods/exec is missing", "the right to create pods/exec in namespace 'conf'")]
    [InlineData(
        "pods \\\"streams\\\" is forbidden: User \\\"u\\\" cannot get resource \\\"pods/exec\\\" in API group \\\"\\\" in the namespace \\\"conf\\\"",
        "cannot get resource",
        "the right to get and create pods/exec in namespace 'conf'")]
    public async Task The_verb_that_is_missing_is_named(string said, string message, string advice)
    {
        await using var server = ScriptedServer.Answering(
            403, "application/json", $$"""{"kind":"Status","status":"Failure","message":"{{said}}","reason":"Forbidden","code":403}""");
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => OpenAsync(server));
        Assert.Equal(("Forbidden", FailureKind.PermissionDenied), (failure.ErrorId, failure.Kind));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(advice, failure.RecommendedAction, StringComparison.Ordinal);
    }

    private static async Task<RemoteStream> OpenAsync(ScriptedServer server)
    {
        using var client = new ApiClient(server.Address, new SocketsHttpHandler());
        return await RemoteStream.OpenAsync(client, s_exec, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }
}
