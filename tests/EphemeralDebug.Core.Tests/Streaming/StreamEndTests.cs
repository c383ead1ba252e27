using System.Text;
using EphemeralDebug.Core.Tests.Streaming.Support;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Core.Tests.Streaming;

public sealed class StreamEndTests
{
    private static readonly Dictionary<string, Func<StreamPeer, Task>> s_losses = new(StringComparer.Ordinal)
    {
        ["a close frame"] = peer => peer.SendFrameAsync(FrameKind.Close, new byte[] { 0x03, 0xE8 }),
        ["a close frame that reports an error"] = peer => peer.SendFrameAsync(FrameKind.Close, new byte[] { 0x03, 0xF3, (byte)'x' }),
        ["a close frame without a code"] = peer => peer.SendFrameAsync(FrameKind.Close, ReadOnlyMemory<byte>.Empty),
        ["a reset"] = peer => Do(peer.Reset),
        ["the end of TLS"] = peer => peer.EndTlsAsync(),
        ["the end of TCP without one of TLS"] = peer => Do(peer.End),
        ["half a frame header"] = peer => EndAfterAsync(peer, [0x82]),
        ["a frame header alone"] = peer => EndAfterAsync(peer, StreamPeer.Header(FrameKind.Binary, 5)),
        ["a frame that is cut"] = peer => EndAfterAsync(peer, [.. StreamPeer.Header(FrameKind.Binary, 5), 1, 65]),
        ["a message that goes on"] = peer => EndAfterAsync(peer, [.. StreamPeer.Header(FrameKind.Binary, 2, last: false), 1, 65]),
        ["a cut status"] = peer => EndAfterAsync(peer, [.. StreamPeer.Header(FrameKind.Binary, 35), 3, .. Encoding.UTF8.GetBytes(StreamServer.Success[..20])]),
        ["what is no frame"] = peer => EndAfterAsync(peer, Encoding.ASCII.GetBytes("HTTP/1.1 502 Bad Gateway\r\n\r\n")),
    };

    public static TheoryData<string> Losses => [.. s_losses.Keys];

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_stream_that_ends_without_a_status_was_lost_whatever_ended_it(string loss)
    {
        await using var server = new StreamServer(async peer =>
        {
            await peer.ReadFrameAsync();
            await peer.SendAsync(1, "partial");
            await s_losses[loss](peer);
            await peer.SwallowAsync();
        });
        await using RemoteStream stream = await server.OpenAsync();
        await stream.WriteAsync(new byte[1], CancellationToken.None);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => ReadAllAsync(stream).WaitAsync(StreamServer.Limit));
        Assert.Equal("ConnectionLost", failure.ErrorId);
        Assert.Equal(FailureKind.Connection, failure.Kind);
        Assert.Null(stream.Status);
    }

    [Fact]
    public async Task The_advice_after_a_loss_is_the_command_that_leads_back()
    {
        await using var server = new StreamServer(ResetAsync);
        await using RemoteStream stream = await server.OpenAsync();
        await stream.WriteAsync(new byte[1], CancellationToken.None);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => ReadAllAsync(stream));
        Assert.EndsWith("Enter-EphemeralContainer default/web debugger", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_to_a_lost_connection_says_so()
    {
        await using var server = new StreamServer(ResetAsync);
        await using RemoteStream stream = await server.OpenAsync();
        await stream.WriteAsync(new byte[1], CancellationToken.None);
        using var limit = new CancellationTokenSource(StreamServer.Limit);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(async () =>
        {
            while (true)
            {
                await stream.WriteAsync(new byte[1000], limit.Token);
            }
        });
        Assert.Equal("ConnectionLost", failure.ErrorId);
    }

    [Theory]
    [InlineData("3221225786", 3221225786)]
    [InlineData("4294967295", 4294967295)]
    [InlineData("-1073741510", -1073741510)]
    [InlineData("256", 256)]
    public async Task An_exit_code_may_be_wider_than_a_byte(string text, long expected)
    {
        string status = $$$"""{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"{{{text}}}"}]}}""";
        Assert.Equal(expected, (await EndWithAsync(peer => peer.SendAsync(3, status))).ExitCode);
    }

    [Fact]
    public async Task A_status_may_come_in_several_messages()
    {
        ExitStatus status = await EndWithAsync(async peer =>
        {
            await peer.SendAsync(3, "");
            await peer.SendAsync(3, StreamServer.Success[..10]);
            await peer.SendAsync(1, "");
            await peer.SendAsync(3, StreamServer.Success[10..20]);
            await peer.SendAsync(3, StreamServer.Success[20..]);
        });
        Assert.Equal(0, status.ExitCode);
    }

    [Theory]
    [InlineData("command terminated\u001b[2J")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"status\":\"Maybe\"}")]
    public async Task What_is_no_status_is_shown_and_is_no_success(string text)
    {
        await using var server = new StreamServer(async peer =>
        {
            await peer.SendAsync(3, text);
            await peer.SendFrameAsync(FrameKind.Close, new byte[] { 0x03, 0xE8 });
            await peer.SwallowAsync();
        });
        await using RemoteStream stream = await server.OpenAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => ReadAllAsync(stream).WaitAsync(StreamServer.Limit));
        Assert.Contains($"'{ControlCharacters.MakeVisible(text)}'", failure.Message, StringComparison.Ordinal);
        Assert.Null(stream.Status);
    }

    [Fact]
    public async Task A_status_without_end_is_given_up()
    {
        await using var server = new StreamServer(async peer =>
        {
            while (true)
            {
                await peer.SendAsync(3, new string('[', 10_000));
            }
        });
        await using RemoteStream stream = await server.OpenAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => ReadAllAsync(stream).WaitAsync(StreamServer.Limit));
        Assert.InRange(failure.Message.Length, 1, 1000);
    }

    private static async Task<ExitStatus> EndWithAsync(Func<StreamPeer, Task> end)
    {
        await using var server = new StreamServer(async peer =>
        {
            await end(peer);
            await peer.SwallowAsync();
        });
        await using RemoteStream stream = await server.OpenAsync();
        await ReadAllAsync(stream).WaitAsync(StreamServer.Limit);
        return stream.Status!;
    }

    /// <summary>Resets once the client has shown that it has read the answer to its upgrade, which a reset would take back.</summary>
    private static async Task ResetAsync(StreamPeer peer)
    {
        await peer.ReadFrameAsync();
        peer.Reset();
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task EndAfterAsync(StreamPeer peer, byte[] bytes)
    {
        await peer.SendRawAsync(bytes);
        peer.End();
    }

    private static async Task ReadAllAsync(RemoteStream stream)
    {
        byte[] buffer = new byte[64];
        while (!(await stream.ReadAsync(buffer, CancellationToken.None)).Data.IsEmpty)
        {
        }
    }
}
