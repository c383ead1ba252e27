using System.Net;
using System.Net.Sockets;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Core.Tests.Forwarding.Support;
using EphemeralDebug.Forwarding;

namespace EphemeralDebug.Core.Tests.Forwarding;

public sealed class PortForwardStartTests
{
    [Theory]
    [InlineData("8080", null, "8080")]
    [InlineData("8080:80", 8080, "80")]
    [InlineData(":80", 0, "80")]
    [InlineData("0:80", 0, "80")]
    [InlineData("http", null, "http")]
    [InlineData("8080:http-alt2", 8080, "http-alt2")]
    [InlineData(":http", 0, "http")]
    public void Ports_are_written_as_for_kubectl(string text, int? local, string remote) =>
        Assert.Equal(new PortSpec(local, remote), PortSpec.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("8080:0")]
    [InlineData("65536")]
    [InlineData("8080:65536")]
    [InlineData("70000:80")]
    [InlineData("-1")]
    [InlineData("80:80:80")]
    [InlineData("80:")]
    [InlineData(":")]
    [InlineData("http:80")]
    [InlineData("8080/tcp")]
    public void What_is_no_port_is_refused(string text) =>
        Assert.Equal("InvalidPort", Assert.ThrowsAny<EphemeralDebugException>(() => PortSpec.Parse(text)).ErrorId);

    [Fact]
    public async Task A_named_port_is_looked_up_in_the_pod()
    {
        await using var server = new ForwardingServer(static _ => Task.CompletedTask);
        Assert.Equal(8080, (await server.ForwardAsync(":http")).RemotePort);
        EphemeralDebugException unknown = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => server.ForwardAsync(":https"));
        Assert.Equal("PortNotFound", unknown.ErrorId);
        Assert.Contains("there is http, dns", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":dns")]
    [InlineData(":53")]
    public async Task A_port_of_another_protocol_is_refused(string port)
    {
        await using var server = new ForwardingServer(static _ => Task.CompletedTask);
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => server.ForwardAsync(port));
        Assert.Equal("PortNotTcp", failure.ErrorId);
    }

    [Fact]
    public void A_port_that_speaks_several_protocols_is_forwarded()
    {
        var container = new ContainerSpec { Ports = [new() { Number = 53, Protocol = "UDP" }, new() { Number = 53, Protocol = "TCP" }] };
        Assert.Equal(53, PortSpec.Parse("53").FindRemotePort(new PodResource { Spec = new PodSpec { Containers = [container] } }));
    }

    [Fact]
    public async Task A_local_port_that_is_taken_is_an_error()
    {
        await using var server = new ForwardingServer(static _ => Task.CompletedTask);
        PortForward first = await server.ForwardAsync();
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => server.ForwardAsync($"{first.LocalPort}:8080"));
        Assert.Equal("LocalPortInUse", failure.ErrorId);
        Assert.Equal(FailureKind.Conflict, failure.Kind);
    }

    [SkippableFact]
    public async Task Of_two_addresses_one_that_is_taken_is_a_warning()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "The machine has no IPv6.");
        await using var server = new ForwardingServer(static _ => Task.CompletedTask);
        using var other = LocalListener.Start([IPAddress.IPv6Loopback], 0);
        PortForwardStarter starter = await PortForwardStarter.CreateAsync(server.Session, "default", "web", server.Token);
        string? warning = null;
        PortForward forward = starter.Start(new PortSpec(other.Port, "80"), LocalAddresses.Parse(["localhost"]), text => warning = text);
        Assert.Equal(["127.0.0.1"], forward.LocalAddresses);
        Assert.Contains("at 127.0.0.1 alone", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_does_not_run_is_refused_at_once()
    {
        await using var server = new ForwardingServer(static _ => Task.CompletedTask) { Phase = "Pending" };
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => server.ForwardAsync());
        Assert.Equal("PodNotRunning", failure.ErrorId);
        Assert.Contains("Pending", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_right_is_told_before_anything_is_listened_on()
    {
        await using var server = new ForwardingServer(static _ => Task.CompletedTask)
        {
            Refusal = (403, """{"kind":"Status","status":"Failure","message":"pods \"web\" is forbidden: no","reason":"Forbidden","code":403}"""),
        };
        EphemeralDebugException failure = await Assert.ThrowsAnyAsync<EphemeralDebugException>(() => server.ForwardAsync());
        Assert.Equal(FailureKind.PermissionDenied, failure.Kind);
        Assert.Contains("pods/portforward", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web.example")]
    [InlineData("80")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.Equal("InvalidAddress", Assert.ThrowsAny<EphemeralDebugException>(() => LocalAddresses.Parse([text])).ErrorId);

    [Fact]
    public void Addresses_are_read_once_each_and_those_that_others_reach_are_known()
    {
        IReadOnlyList<IPAddress> addresses = LocalAddresses.Parse(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "::"]);
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Any, IPAddress.IPv6Any], addresses);
        Assert.Equal([IPAddress.Any, IPAddress.IPv6Any], addresses.Where(LocalAddresses.IsReachable));
    }
}
