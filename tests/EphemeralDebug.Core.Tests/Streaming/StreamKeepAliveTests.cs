using System.Diagnostics;
using EphemeralDebug.Core.Tests.Streaming.Support;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Core.Tests.Streaming;

public sealed class StreamKeepAliveTests
{
    private static readonly StreamKeepAlive s_quick = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    /// <summary>For peers that live: a machine under load may keep one of them from answering for seconds.</summary>
    private static readonly StreamKeepAlive s_patient = s_quick with { SilenceLimit = TimeSpan.FromSeconds(4) };

    /// <summary>Longer than a peer may be silent.</summary>
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(6);

    [Fact]
    public void A_ping_goes_every_5_s_and_61_s_of_nothing_are_too_long() =>
        Assert.Equal(new StreamKeepAlive(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(61)), StreamServer.Request.KeepAlive);

    [Fact]
    public async Task A_quiet_connection_is_pinged()
    {
        var pinged = new TaskCompletionSource();
        await using var server = new StreamServer(async peer =>
        {
            while ((await peer.ReadFrameAsync()).Kind is not FrameKind.Ping)
            {
                // Whatever else comes is no ping.
            }

            pinged.SetResult();
            await peer.SwallowAsync();
        });
        await using RemoteStream stream = await server.OpenAsync(s_quick);
        await pinged.Task.WaitAsync(StreamServer.Limit);
    }

    [Fact]
    public async Task A_peer_that_swallows_everything_is_taken_for_dead()
    {
        await using var server = new StreamServer(peer => peer.SwallowAsync());
        await AssertSilentAsync(server);
    }

    [Fact]
    public async Task A_peer_that_neither_reads_nor_writes_is_taken_for_dead()
    {
        await using var server = new StreamServer(peer => Task.Delay(Timeout.Infinite, peer.Stop));
        await AssertSilentAsync(server);
    }

    [Fact]
    public async Task A_peer_that_is_dead_in_the_middle_of_a_message_is_taken_for_dead()
    {
        await using var server = new StreamServer(async peer =>
        {
            await peer.SendRawAsync(StreamPeer.Header(FrameKind.Binary, 1000));
            await peer.SendRawAsync(new byte[] { 1, 65 });
            await peer.SwallowAsync();
        });
        await AssertSilentAsync(server);
    }

    [Fact]
    public async Task A_peer_that_answers_pings_is_alive_however_long_it_says_nothing_else()
    {
        await using var server = new StreamServer(async peer =>
        {
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < s_long)
            {
                Frame ping = await peer.ReadFrameAsync();
                await peer.SendFrameAsync(FrameKind.Pong, ping.Payload);
            }

            await peer.SendAsync(3, StreamServer.Success);
            await peer.SwallowAsync();
        });
        await using RemoteStream stream = await server.OpenAsync(s_patient);
        Assert.True((await stream.ReadAsync(new byte[100], CancellationToken.None).AsTask().WaitAsync(StreamServer.Limit)).Data.IsEmpty);
        Assert.Equal(0, stream.Status?.ExitCode);
    }

    [Fact]
    public async Task A_reader_that_takes_a_long_break_loses_nothing()
    {
        byte[] output = new byte[4 * 1024 * 1024];
        Random.Shared.NextBytes(output);
        await using var server = new StreamServer(async peer =>
        {
            Task answering = peer.AnswerPingsAsync();
            await peer.SendAsync(1, output);
            await peer.SendAsync(3, StreamServer.Success);
            await answering;
        });
        await using RemoteStream stream = await server.OpenAsync(s_patient);
        byte[] buffer = new byte[32 * 1024];
        using var received = new MemoryStream();
        received.Write((await stream.ReadAsync(buffer, CancellationToken.None)).Data.Span);

        // It is the break itself that is tested.
        await Task.Delay(s_long);
        while (await stream.ReadAsync(buffer, CancellationToken.None) is { Data.IsEmpty: false } read)
        {
            received.Write(read.Data.Span);
        }

        Assert.Equal(output, received.ToArray());
        Assert.Equal(0, stream.Status?.ExitCode);
    }

    private static async Task AssertSilentAsync(StreamServer server)
    {
        await using RemoteStream stream = await server.OpenAsync(s_quick);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            () => stream.ReadAsync(new byte[100], CancellationToken.None).AsTask().WaitAsync(StreamServer.Limit));
        Assert.Equal("ConnectionLost", failure.ErrorId);
        Assert.Contains("nothing came for 2 s", failure.Message, StringComparison.Ordinal);
    }
}
