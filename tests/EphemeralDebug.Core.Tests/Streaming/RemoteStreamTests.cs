using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using EphemeralDebug.Api;
using EphemeralDebug.Core.Tests.Support;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Core.Tests.Streaming;

public sealed class RemoteStreamTests
{
    private const string Success = """{"metadata":{},"status":"Success"}""";

    private static readonly StreamRequest s_exec = new("default", "web", "debugger") { Command = ["cat", "a b&c"], Input = true };

    private static readonly CancellationToken s_limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task The_command_goes_argument_by_argument_and_v5_is_offered_before_v4()
    {
        await using ScriptedServer server = Playing("v5.channel.k8s.io", socket => SendAsync(socket, 3, Success));
        await using (RemoteStream stream = await OpenAsync(server, s_exec))
        {
            Assert.Equal("", await ReadAllAsync(stream));
        }

        ScriptedRequest request = server.Requests.Single();
        Assert.Equal(
            "/api/v1/namespaces/default/pods/web/exec?container=debugger&command=cat&command=a%20b%26c&stdin=true&stdout=true&stderr=true",
            request.Target);
        Assert.Equal("v5.channel.k8s.io, v4.channel.k8s.io", request.Headers["Sec-WebSocket-Protocol"]);
    }

    [Fact]
    public async Task A_terminal_has_no_error_output_of_its_own()
    {
        await using ScriptedServer server = Playing("v5.channel.k8s.io", socket => SendAsync(socket, 3, Success));
        await using RemoteStream stream = await OpenAsync(server, new StreamRequest("default", "web", "d") { Terminal = true, Input = true });
        await ReadAllAsync(stream);
        Assert.Equal("/api/v1/namespaces/default/pods/web/attach?container=d&stdin=true&stdout=true&tty=true", server.Requests.Single().Target);
    }

    [Fact]
    public async Task Output_and_error_output_come_apart_and_then_the_exit_code()
    {
        await using ScriptedServer server = Playing("v5.channel.k8s.io", async socket =>
        {
            await SendAsync(socket, 1, "");
            await SendAsync(socket, 1, "one ");
            await SendAsync(socket, 2, "bad ");
            await SendAsync(socket, 1, "two");
            await SendAsync(socket, 3, """{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"300"}]}}""");
        });
        await using RemoteStream stream = await OpenAsync(server, s_exec);
        Assert.Equal("1:one 2:bad 1:two", await ReadAllAsync(stream));
        Assert.Equal(300, stream.Status?.ExitCode);
    }

    [Fact]
    public async Task Messages_larger_than_the_buffer_and_in_pieces_come_whole()
    {
        byte[] large = RandomNumberGenerator.GetBytes(1024 * 1024);
        await using ScriptedServer server = Playing("v5.channel.k8s.io", async socket =>
        {
            await socket.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, endOfMessage: false, s_limit);
            await socket.SendAsync(large, WebSocketMessageType.Binary, endOfMessage: true, s_limit);
            byte[] status = Encoding.UTF8.GetBytes(Success);
            await socket.SendAsync(new byte[] { 3 }, WebSocketMessageType.Binary, endOfMessage: false, s_limit);
            await socket.SendAsync(status.AsMemory(0, 5), WebSocketMessageType.Binary, endOfMessage: false, s_limit);
            await socket.SendAsync(status.AsMemory(5), WebSocketMessageType.Binary, endOfMessage: true, s_limit);
        });
        await using RemoteStream stream = await OpenAsync(server, s_exec);
        using var received = new MemoryStream();
        byte[] buffer = new byte[1000];
        while (await stream.ReadAsync(buffer, s_limit) is { Data.IsEmpty: false } read)
        {
            received.Write(read.Data.Span);
        }

        Assert.Equal(large, received.ToArray());
        Assert.Equal(0, stream.Status?.ExitCode);
    }

    [Theory]
    [InlineData("v5.channel.k8s.io", true)]
    [InlineData("v4.channel.k8s.io", false)]
    public async Task Standard_input_can_be_ended_with_v5_alone(string protocol, bool canClose)
    {
        var received = new TaskCompletionSource<byte[]>();
        await using ScriptedServer server = Playing(protocol, async socket =>
        {
            byte[] buffer = new byte[100];
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), s_limit);
            received.SetResult(buffer[..result.Count]);
            await SendAsync(socket, 3, Success);
        });
        await using RemoteStream stream = await OpenAsync(server, s_exec);
        Assert.Equal(canClose, stream.CanCloseInput);
        if (canClose)
        {
            await stream.CloseInputAsync(s_limit);
            Assert.Equal([255, 0], await received.Task);
        }
        else
        {
            await Assert.ThrowsAnyAsync<EphemeralDebugException>(async () => await stream.CloseInputAsync(s_limit));
            await stream.ResizeAsync(80, 24, s_limit);
            Assert.Equal("\u0004{\"Width\":80,\"Height\":24}", Encoding.UTF8.GetString(await received.Task));
        }

        await ReadAllAsync(stream);
    }

    [Fact]
    public async Task Input_is_sent_in_order_in_pieces_of_32_KiB_however_many_write()
    {
        const int Total = 200_000;
        var received = new TaskCompletionSource<int>();
        await using ScriptedServer server = Playing("v5.channel.k8s.io", async socket =>
        {
            byte[] buffer = new byte[64 * 1024];
            int sum = 0;
            while (sum < Total)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), s_limit);
                Assert.True(result.EndOfMessage);
                Assert.InRange(result.Count, 1, (32 * 1024) + 1);
                sum += buffer[0] == 0 ? result.Count - 1 : 0;
            }

            received.SetResult(sum);
            await SendAsync(socket, 3, Success);
        });
        await using RemoteStream stream = await OpenAsync(server, s_exec);
        await Task.WhenAll(
            stream.WriteAsync(new byte[Total], s_limit).AsTask(),
            stream.ResizeAsync(80, 24, s_limit).AsTask(),
            stream.ResizeAsync(81, 25, s_limit).AsTask());
        Assert.Equal(Total, await received.Task.WaitAsync(s_limit));
        await ReadAllAsync(stream);
    }

    [Fact]
    public async Task A_stream_that_closes_without_a_status_was_lost()
    {
        await using ScriptedServer server = Playing("v5.channel.k8s.io", async socket =>
        {
            await SendAsync(socket, 1, "partial");
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, s_limit);
        });
        await AssertLostAsync(server);
    }

    [Fact]
    public async Task A_stream_whose_connection_breaks_was_lost()
    {
        await using ScriptedServer server = Playing("v5.channel.k8s.io", socket => SendAsync(socket, 1, "partial"));
        await AssertLostAsync(server);
    }

    [Fact]
    public async Task A_status_that_cannot_be_read_is_no_success()
    {
        await using ScriptedServer server = Playing("v5.channel.k8s.io", socket => SendAsync(socket, 3, "{\"status\":"));
        await AssertLostAsync(server);
    }

    [Theory]
    [InlineData(403, "application/json", """{"kind":"Status","status":"Failure","message":"pods \"web\" is forbidden: ","reason":"Forbidden","code":403}""", "pods \"web\" is forbidden: ")]
    [InlineData(500, "text/plain; charset=utf-8", "container not found (\"debugger\")", "container not found (\"debugger\")")]
    public async Task The_reason_of_a_refused_upgrade_is_told(int status, string contentType, string body, string expected)
    {
        await using var server = ScriptedServer.Answering(status, contentType, body);
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => OpenAsync(server, s_exec));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal(status, (int)failure.StatusCode);
    }

    [Fact]
    public async Task A_refusal_for_rights_names_both_verbs_that_a_WebSocket_needs()
    {
        await using var server = ScriptedServer.Answering(
            403, "application/json", """{"kind":"Status","status":"Failure","message":"forbidden","reason":"Forbidden","code":403}""");
        KubernetesStatusException failure = await Assert.ThrowsAsync<KubernetesStatusException>(() => OpenAsync(server, s_exec));
        Assert.Contains("get and create pods/exec", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("other.example")]
    public async Task A_server_that_chooses_no_known_protocol_is_refused(string? protocol)
    {
        await using ScriptedServer server = Playing(protocol, _ => Task.CompletedTask);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => OpenAsync(server, s_exec));
        Assert.Equal("StreamProtocol", failure.ErrorId);
    }

    [Fact]
    public async Task An_answer_to_another_key_is_refused()
    {
        await using var server = new ScriptedServer((_, stream, token) => ScriptedServer.WriteAsync(
            stream,
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n",
            token));
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => OpenAsync(server, s_exec));
        Assert.Equal("StreamProtocol", failure.ErrorId);
    }

    [Fact]
    public async Task A_read_can_be_cancelled()
    {
        await using ScriptedServer server = Playing("v5.channel.k8s.io", _ => Task.Delay(Timeout.Infinite, s_limit));
        await using RemoteStream stream = await OpenAsync(server, s_exec);
        using var cancel = new CancellationTokenSource();
        Task reading = stream.ReadAsync(new byte[10], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(s_limit));
    }

    private static async Task AssertLostAsync(ScriptedServer server)
    {
        await using RemoteStream stream = await OpenAsync(server, s_exec);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => ReadAllAsync(stream));
        Assert.Equal("ConnectionLost", failure.ErrorId);
        Assert.Equal(FailureKind.Connection, failure.Kind);
        Assert.Contains("default/web/debugger", failure.Message, StringComparison.Ordinal);
        Assert.Null(stream.Status);
    }

    private static Task<RemoteStream> OpenAsync(ScriptedServer server, StreamRequest request) =>
        RemoteStream.OpenAsync(new ApiClient(server.Address, new SocketsHttpHandler()), request, s_limit).WaitAsync(s_limit);

    private static async Task<string> ReadAllAsync(RemoteStream stream)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[64];
        while (await stream.ReadAsync(buffer, s_limit) is { Data.IsEmpty: false } read)
        {
            text.Append((int)read.Channel).Append(':').Append(Encoding.UTF8.GetString(read.Data.Span));
        }

        return text.ToString();
    }

    private static ScriptedServer Playing(string? protocol, Func<WebSocket, Task> play) => new(async (request, stream, token) =>
    {
        // SHA-1 is what RFC 6455 prescribes.
        byte[] accept = SHA1.HashData(Encoding.ASCII.GetBytes(request.Headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        string line = protocol is null ? "" : $"Sec-WebSocket-Protocol: {protocol}\r\n";
        await ScriptedServer.WriteAsync(
            stream,
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Convert.ToBase64String(accept)}\r\n{line}\r\n",
            token);
        using WebSocket socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = protocol });
        await play(socket);
    });

    private static async Task SendAsync(WebSocket socket, byte channel, string text) => await socket.SendAsync(
        new ReadOnlyMemory<byte>([channel, .. Encoding.UTF8.GetBytes(text)]), WebSocketMessageType.Binary, endOfMessage: true, s_limit);
}
