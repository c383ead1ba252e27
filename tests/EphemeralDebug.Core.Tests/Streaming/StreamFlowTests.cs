using EphemeralDebug.Core.Tests.Streaming.Support;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Core.Tests.Streaming;

public sealed class StreamFlowTests
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>What may be on its way in the buffers of TCP, TLS and the WebSocket of both ends.</summary>
    private const long Buffers = 32 * Mebibyte;

    [Fact]
    public async Task A_frame_of_a_mebibyte_comes_byte_for_byte_though_it_is_no_text()
    {
        byte[] output = NotUtf8(Mebibyte);
        Assert.Equal(output, await ReadAsync(peer => peer.SendAsync(1, output)));
    }

    [Fact]
    public async Task A_message_in_fragments_names_its_channel_in_the_first_alone()
    {
        byte[] output = NotUtf8(Mebibyte);
        Assert.Equal(output, await ReadAsync(async peer =>
        {
            await peer.SendFrameAsync(FrameKind.Binary, ReadOnlyMemory<byte>.Empty, last: false);
            await peer.SendFrameAsync(FrameKind.Continuation, new byte[] { 1 }, last: false);
            await peer.SendFrameAsync(FrameKind.Continuation, output.AsMemory(..1000), last: false);
            await peer.SendFrameAsync(FrameKind.Ping, new byte[] { 7 });
            await peer.SendFrameAsync(FrameKind.Continuation, output.AsMemory(1000..), last: false);
            await peer.SendFrameAsync(FrameKind.Continuation, ReadOnlyMemory<byte>.Empty);
        }));
    }

    [Fact]
    public async Task Empty_messages_ready_messages_and_unknown_channels_are_no_output() =>
        Assert.Equal("AB"u8.ToArray(), await ReadAsync(async peer =>
        {
            await peer.SendAsync(1, "");
            await peer.SendFrameAsync(FrameKind.Binary, ReadOnlyMemory<byte>.Empty);
            await peer.SendAsync(1, "A");
            await peer.SendAsync(9, "unknown");
            await peer.SendAsync(0, "input");
            await peer.SendAsync(2, "");
            await peer.SendFrameAsync(FrameKind.Binary, ReadOnlyMemory<byte>.Empty);
            await peer.SendAsync(1, "B");
        }));

    [Theory]
    [InlineData("v5.channel.k8s.io")]
    [InlineData("v4.channel.k8s.io")]
    public async Task A_mebibyte_of_input_goes_byte_for_byte(string protocol)
    {
        byte[] input = NotUtf8(Mebibyte);
        var received = new TaskCompletionSource<byte[]>();
        await using var server = new StreamServer(
            async peer =>
            {
                var bytes = new List<byte>();
                while (bytes.Count < input.Length)
                {
                    Frame frame = await peer.ReadFrameAsync();
                    Assert.Equal((FrameKind.Binary, 0), (frame.Kind, frame.Payload[0]));
                    bytes.AddRange(frame.Payload[1..]);
                }

                received.SetResult([.. bytes]);
                await peer.SwallowAsync();
            },
            protocol);
        await using RemoteStream stream = await server.OpenAsync();
        await stream.WriteAsync(input, CancellationToken.None).AsTask().WaitAsync(StreamServer.Limit);
        Assert.Equal(input, await received.Task.WaitAsync(StreamServer.Limit));
    }

    [Fact]
    public async Task A_server_of_protocol_v4_cannot_be_told_the_end_of_input_and_that_is_said()
    {
        await using var server = new StreamServer(peer => peer.SwallowAsync(), "v4.channel.k8s.io");
        await using RemoteStream stream = await server.OpenAsync();
        Assert.False(stream.CanCloseInput);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(
            async () => await stream.CloseInputAsync(CancellationToken.None));
        Assert.Equal("InputCannotEnd", failure.ErrorId);
        Assert.Contains("v4", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_input_is_two_bytes_and_output_goes_on_after_it()
    {
        byte[] output = await ReadAsync(
            async peer =>
            {
                Frame end = await peer.ReadFrameAsync();
                await peer.SendAsync(1, end.Payload);
            },
            stream => stream.CloseInputAsync(CancellationToken.None).AsTask());
        Assert.Equal([255, 0], output);
    }

    [Fact]
    public async Task A_gigabyte_for_a_reader_that_does_not_read_stays_with_the_sender()
    {
        long sent = 0;
        var sending = new TaskCompletionSource();
        await using var server = new StreamServer(async peer =>
        {
            byte[] piece = new byte[Mebibyte];
            for (int i = 0; i < 1024; i++)
            {
                await peer.SendAsync(1, piece);
                Interlocked.Add(ref sent, piece.Length);
                sending.TrySetResult();
            }
        });
        await using RemoteStream stream = await server.OpenAsync();
        await stream.ReadAsync(new byte[10], CancellationToken.None);
        await sending.Task.WaitAsync(StreamServer.Limit);
        long stuck = await UntilStuckAsync(() => Interlocked.Read(ref sent));
        Assert.InRange(stuck, 0, Buffers);
    }

    [Fact]
    public async Task A_remote_end_that_does_not_read_holds_up_the_writer_which_can_still_be_cancelled()
    {
        await using var server = new StreamServer(peer => Task.Delay(Timeout.Infinite, peer.Stop));
        await using RemoteStream stream = await server.OpenAsync();
        using var cancel = new CancellationTokenSource();
        long written = 0;
        Task writing = Task.Run(async () =>
        {
            byte[] piece = new byte[32 * 1024];
            while (true)
            {
                await stream.WriteAsync(piece, cancel.Token);
                Interlocked.Add(ref written, piece.Length);
            }
        });
        long stuck = await UntilStuckAsync(() => Interlocked.Read(ref written));
        Assert.InRange(stuck, 0, Buffers);
        Task waiting = stream.ResizeAsync(80, 24, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(StreamServer.Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(StreamServer.Limit));
    }

    private static async Task<byte[]> ReadAsync(Func<StreamPeer, Task> play, Func<RemoteStream, Task>? first = null)
    {
        await using var server = new StreamServer(async peer =>
        {
            await play(peer);
            await peer.SendAsync(3, StreamServer.Success);
            await peer.SwallowAsync();
        });
        await using RemoteStream stream = await server.OpenAsync();
        await (first?.Invoke(stream) ?? Task.CompletedTask);
        using var limit = new CancellationTokenSource(StreamServer.Limit);
        using var received = new MemoryStream();
        byte[] buffer = new byte[1000];
        while (await stream.ReadAsync(buffer, limit.Token) is { Data.IsEmpty: false } read)
        {
            Assert.Equal(StreamChannel.Output, read.Channel);
            received.Write(read.Data.Span);
        }

        return received.ToArray();
    }

    /// <summary>Waits until a count that grew has not grown for a while; nothing announces that somebody is held up.</summary>
    private static async Task<long> UntilStuckAsync(Func<long> count)
    {
        using var limit = new CancellationTokenSource(StreamServer.Limit);
        long before;
        long now = -1;
        do
        {
            before = now;
            await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token);
            now = count();
        }
        while (now != before);
        return now;
    }

    private static byte[] NotUtf8(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(255 - (i % 256)))];
}
