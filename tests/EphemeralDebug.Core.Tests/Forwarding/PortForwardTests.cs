using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EphemeralDebug.Core.Tests.Forwarding.Support;

namespace EphemeralDebug.Core.Tests.Forwarding;

public sealed class PortForwardTests
{
    [Fact]
    public async Task What_a_program_sends_reaches_the_pod_and_the_answer_comes_back()
    {
        await using var server = new ForwardingServer(async peer =>
        {
            await peer.OpenAsync(8080);
            Assert.Equal("question", await peer.ReceiveAsync(8));
            await peer.SendAsync("answer");
            await peer.CloseAsync();
        });
        PortForward forward = await server.ForwardAsync();
        using Socket program = await server.ConnectAsync(forward);
        await SendAsync(program, "question");
        Assert.Equal("answer", await ReadToEndAsync(program));
        await UntilAsync(() => forward.Connections == 0);
        Assert.Equal((8, 6, 1), (forward.BytesSent, forward.BytesReceived, forward.TotalConnections));
        Assert.Null(forward.LastError);
        Assert.Equal("/api/v1/namespaces/default/pods/web/portforward?ports=8080", server.Upgrades.Single().Target);
        Assert.Equal("v4.channel.k8s.io", server.Upgrades.Single().Headers["Sec-WebSocket-Protocol"]);
    }

    [Fact]
    public async Task Both_addresses_of_localhost_are_listened_on_at_the_same_port()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        Assert.Equal("127.0.0.1", forward.LocalAddress);
        IPAddress[] addresses = [.. forward.LocalAddresses.Select(IPAddress.Parse)];
        Assert.Equal(Socket.OSSupportsIPv6 ? 2 : 1, addresses.Length);
        foreach (IPAddress address in addresses)
        {
            using Socket program = await server.ConnectAsync(forward, address);
            await SendAsync(program, "x");
            Assert.Equal("x", await ReadAsync(program, 1));
        }
    }

    [Fact]
    public async Task A_port_that_opens_in_single_bytes_and_empty_messages_is_understood()
    {
        await using var server = new ForwardingServer(async peer =>
        {
            await peer.SendBytewiseAsync(0, 0x90);
            await peer.SendBytewiseAsync(1, 0x90, 0x1f);
            await peer.SendAsync(0, Array.Empty<byte>());
            await peer.SendBytewiseAsync(0, 0x1f, (byte)'o', (byte)'k');
            await peer.SendAsync(0, Array.Empty<byte>());
            await peer.CloseAsync();
        });
        using Socket program = await server.ConnectAsync(await server.ForwardAsync());
        Assert.Equal("ok", await ReadToEndAsync(program));
    }

    [Fact]
    public async Task Megabytes_come_whole_both_ways_and_are_counted()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        using Socket program = await server.ConnectAsync(forward);
        byte[] sent = RandomNumberGenerator.GetBytes(3_000_000);
        byte[] received = new byte[sent.Length];
        await Task.WhenAll(SendAsync(program, sent), ReadExactlyAsync(program, received));
        Assert.Equal(sent, received);
        await UntilAsync(() => (forward.BytesSent, forward.BytesReceived) == (sent.Length, sent.Length));
    }

    [Fact]
    public async Task A_hundred_connections_at_once_stay_apart()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            using Socket program = await server.ConnectAsync(forward);
            string text = $"program {number:000}";
            await SendAsync(program, text);
            Assert.Equal(text, await ReadAsync(program, text.Length));
        }));
        Assert.Equal(100, forward.TotalConnections);
        Assert.Null(forward.LastError);
    }

    [Fact]
    public async Task Where_nothing_listens_that_connection_is_reset_the_reason_is_told_and_the_next_one_works()
    {
        int connections = 0;
        await using var server = new ForwardingServer(async peer =>
        {
            await peer.OpenAsync(8080);
            if (Interlocked.Increment(ref connections) == 1)
            {
                await peer.FailAsync("dial tcp4 127.0.0.1:8080: connect: \u001b[31mconnection refused ");
                await peer.CloseAsync();
                return;
            }

            await peer.EchoAsync();
        });
        PortForward forward = await server.ForwardAsync();
        using Socket refused = await server.ConnectAsync(forward);
        await AssertResetAsync(refused);
        await UntilAsync(() => forward.Connections == 0);
        Assert.Equal(
            "The connection to port 8080 of pod 'default/web' failed: dial tcp4 127.0.0.1:8080: connect: \\u001b[31mconnection refused",
            forward.LastError);
        Assert.Equal(PortForwardState.Listening, forward.State);
        using Socket next = await server.ConnectAsync(forward);
        await SendAsync(next, "x");
        Assert.Equal("x", await ReadAsync(next, 1));
    }

    [Fact]
    public async Task A_connection_that_is_lost_on_the_way_is_reset_so_that_nothing_cut_off_looks_whole()
    {
        await using var server = new ForwardingServer(async peer =>
        {
            await peer.OpenAsync(8080);
            await peer.SendAsync("half");
            Assert.Equal("got it", await peer.ReceiveAsync(6));
            peer.Break();
        });
        PortForward forward = await server.ForwardAsync();
        using Socket program = await server.ConnectAsync(forward);
        Assert.Equal("half", await ReadAsync(program, 4));
        await SendAsync(program, "got it");
        await AssertResetAsync(program);
        await UntilAsync(() => forward.LastError is not null);
        Assert.StartsWith("The connection to port 8080 of pod 'default/web' was lost", forward.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_upgrade_ends_one_connection_and_says_why()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        server.Refusal = (500, """{"kind":"Status","status":"Failure","message":"pod not found (\"web_default\")","reason":"InternalError","code":500}""");
        using Socket program = await server.ConnectAsync(forward);
        await AssertResetAsync(program);
        await UntilAsync(() => forward.LastError is not null);
        Assert.Contains("pod not found", forward.LastError, StringComparison.Ordinal);
        server.Refusal = null;
        using Socket next = await server.ConnectAsync(forward);
        await SendAsync(next, "x");
        Assert.Equal("x", await ReadAsync(next, 1));
    }

    [Fact]
    public async Task A_restart_of_the_server_ends_its_connections_and_the_next_one_works()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        server.GoAway();
        using Socket program = await server.ConnectAsync(forward);
        await AssertResetAsync(program);
        await UntilAsync(() => forward.LastError is not null);
        Assert.Contains("cannot be reached", forward.LastError, StringComparison.Ordinal);
        server.ComeBack();
        using Socket next = await server.ConnectAsync(forward);
        await SendAsync(next, "x");
        Assert.Equal("x", await ReadAsync(next, 1));
        Assert.Equal(PortForwardState.Listening, forward.State);
    }

    [Fact]
    public async Task A_program_that_closes_its_sending_half_still_gets_the_answer()
    {
        var finish = new TaskCompletionSource();
        await using var server = new ForwardingServer(async peer =>
        {
            await peer.OpenAsync(8080);
            Assert.Equal("question", await peer.ReceiveAsync(8));
            await finish.Task;
            await peer.SendAsync("answer");
            await peer.CloseAsync();
        });
        using Socket program = await server.ConnectAsync(await server.ForwardAsync());
        await SendAsync(program, "question");
        program.Shutdown(SocketShutdown.Send);
        finish.SetResult();
        Assert.Equal("answer", await ReadToEndAsync(program));
    }

    [Fact]
    public async Task A_program_that_closes_for_good_ends_the_connection_to_the_pod_though_that_is_silent()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        using (Socket program = await server.ConnectAsync(forward))
        {
            await SendAsync(program, "x");
            Assert.Equal("x", await ReadAsync(program, 1));
        }

        await UntilAsync(() => forward.Connections == 0 && server.Peers == 0);
        Assert.Null(forward.LastError);
    }

    [Fact]
    public async Task A_program_that_resets_its_connection_ends_the_one_to_the_pod()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        Socket program = await server.ConnectAsync(forward);
        await SendAsync(program, "x");
        Assert.Equal("x", await ReadAsync(program, 1));
        program.Close(timeout: 0);
        await UntilAsync(() => forward.Connections == 0 && server.Peers == 0);
        Assert.Null(forward.LastError);
    }

    [Fact]
    public async Task A_program_that_still_sends_when_the_pod_has_closed_gets_all_of_the_answer()
    {
        await using var server = new ForwardingServer(async peer =>
        {
            await peer.OpenAsync(8080);
            await peer.ReceiveAsync();
            await peer.SendAsync("too large");
            await peer.CloseAsync();
        });
        using Socket program = await server.ConnectAsync(await server.ForwardAsync());
        await SendAsync(program, new byte[300_000]);
        Assert.Equal("too large", await ReadToEndAsync(program));
    }

    [Fact]
    public async Task A_program_that_does_not_read_holds_the_pod_back()
    {
        const int Total = 64 * 1024 * 1024;
        int sent = 0;
        await using var server = new ForwardingServer(async peer =>
        {
            await peer.OpenAsync(8080);
            byte[] part = new byte[32 * 1024];
            for (; sent < Total; sent += part.Length)
            {
                await peer.SendAsync(0, part);
            }

            await peer.CloseAsync();
        });
        PortForward forward = await server.ForwardAsync();
        using Socket program = await server.ConnectAsync(forward);
        Assert.Equal(1, (await ReadAsync(program, 1)).Length);

        // The system's buffers fill up, and then nothing moves any more.
        int before;
        do
        {
            before = Volatile.Read(ref sent);
            await Task.Delay(TimeSpan.FromSeconds(1), server.Token);
        }
        while (Volatile.Read(ref sent) != before);

        Assert.InRange(before, 1, Total / 2);
        byte[] rest = new byte[Total - 1];
        await ReadExactlyAsync(program, rest);
        Assert.Equal(0, await program.ReceiveAsync(rest, server.Token));
    }

    [Fact]
    public async Task A_removed_forward_frees_its_port_and_ends_its_connections()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        using Socket program = await server.ConnectAsync(forward);
        await SendAsync(program, "x");
        Assert.Equal("x", await ReadAsync(program, 1));
        await server.Session.PortForwards.RemoveAsync(forward).WaitAsync(ForwardingServer.Limit);
        Assert.Equal(PortForwardState.Closed, forward.State);
        Assert.Equal(0, forward.Connections);
        Assert.Null(forward.LastError);
        await AssertResetAsync(program);
        await Assert.ThrowsAsync<SocketException>(() => server.ConnectAsync(forward));
        PortForward again = await server.ForwardAsync($"{forward.LocalPort}:8080");
        Assert.Equal(forward.LocalPort, again.LocalPort);
    }

    [Fact]
    public async Task Closing_the_session_ends_its_forwards()
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        using Socket program = await server.ConnectAsync(forward);
        await SendAsync(program, "x");
        Assert.Equal("x", await ReadAsync(program, 1));
        server.Session.Dispose();
        Assert.Equal(PortForwardState.Closed, forward.State);
        await Assert.ThrowsAsync<SocketException>(() => server.ConnectAsync(forward));
        await AssertResetAsync(program);
    }

    [Theory]
    [InlineData("DELETED", "Running", "Pod 'default/web' was deleted.")]
    [InlineData("MODIFIED", "Failed", "Pod 'default/web' has ended (Failed).")]
    public async Task The_end_of_the_pod_ends_the_forward_and_is_told(string change, string phase, string reason)
    {
        await using var server = new ForwardingServer(OpenAndEchoAsync);
        PortForward forward = await server.ForwardAsync();
        using Socket program = await server.ConnectAsync(forward);
        await SendAsync(program, "x");
        Assert.Equal("x", await ReadAsync(program, 1));
        server.TellPod(change, phase);
        await UntilAsync(() => forward.State is PortForwardState.PodGone && forward.Connections == 0);
        Assert.Equal(reason, forward.LastError);
        await Assert.ThrowsAsync<SocketException>(() => server.ConnectAsync(forward));
    }

    private static async Task OpenAndEchoAsync(ForwardPeer peer)
    {
        await peer.OpenAsync(8080);
        await peer.EchoAsync();
    }

    private static Task SendAsync(Socket program, string text) => SendAsync(program, Encoding.UTF8.GetBytes(text));

    private static async Task SendAsync(Socket program, byte[] data)
    {
        using var limit = new CancellationTokenSource(ForwardingServer.Limit);
        await program.SendAsync(data.AsMemory(), limit.Token);
    }

    private static async Task<string> ReadAsync(Socket program, int length)
    {
        byte[] buffer = new byte[length];
        await ReadExactlyAsync(program, buffer);
        return Encoding.UTF8.GetString(buffer);
    }

    private static async Task ReadExactlyAsync(Socket program, byte[] buffer)
    {
        using var limit = new CancellationTokenSource(ForwardingServer.Limit);
        await using var stream = new NetworkStream(program);
        await stream.ReadExactlyAsync(buffer, limit.Token);
    }

    private static async Task<string> ReadToEndAsync(Socket program)
    {
        using var limit = new CancellationTokenSource(ForwardingServer.Limit);
        var text = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (await program.ReceiveAsync(buffer.AsMemory(), limit.Token) is int count and > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    private static async Task AssertResetAsync(Socket program)
    {
        using var limit = new CancellationTokenSource(ForwardingServer.Limit);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            async () => await program.ReceiveAsync(new byte[1].AsMemory(), limit.Token));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    /// <summary>Waits for what happens a moment after the other side has noticed.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(ForwardingServer.Limit);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }
}
