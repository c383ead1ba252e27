using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward;

/// <summary>Answers port-forward: over channels of a WebSocket, or over SPDY in the tunnel that kubectl asks for.</summary>
internal sealed class PortForwardEndpoint(HttpContext context, PodView pod, TimeProvider time)
{
    /// <summary>Answers the request to its end.</summary>
    public async Task AnswerAsync()
    {
        try
        {
            PodRuntime runtime = Check();
            if (!pod.IsLegacy && context.WebSockets.WebSocketRequestedProtocols.Contains(SpdyTunnel.Protocol))
            {
                await TunnelAsync(runtime);
                return;
            }

            IReadOnlyList<ushort> ports = RequirePorts();
            StreamProtocol protocol = StreamProtocol.NegotiatePortForward(context.WebSockets.WebSocketRequestedProtocols)
                ?? throw RequestRefusedException.Text(StatusCodes.Status403Forbidden, "");
            using var connection = new StreamConnection(await protocol.AcceptAsync(context), protocol);
            await new ChannelPortForward(connection, runtime, ports, time).RunAsync(context.RequestAborted);
        }
        catch (RequestRefusedException refusal)
        {
            await refusal.WriteAsync(context.Response);
        }
    }

    private async Task TunnelAsync(PodRuntime runtime)
    {
        // .NET takes no subprotocol with a slash in its name, so the header is set beside it.
        context.Response.Headers.SecWebSocketProtocol = SpdyTunnel.Protocol;
        WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        using var tunnel = new SpdyTunnel(socket, runtime, time);
        await tunnel.RunAsync(context.RequestAborted);
    }

    /// <summary>The checks of the API server and the kubelet, in their order.</summary>
    private PodRuntime Check()
    {
        if (!pod.HasNode)
        {
            throw RequestRefusedException.BadRequest($"pod {pod.Name} does not have a host assigned");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw RequestRefusedException.BadRequest("Upgrade request required");
        }

        return pod.Worker is { } worker && !pod.IsOver
            ? worker.Runtime
            : throw RequestRefusedException.Text(StatusCodes.Status500InternalServerError, $"pod not found (\"{pod.Name}_{pod.Namespace}\")");
    }

    private IReadOnlyList<ushort> RequirePorts()
    {
        IReadOnlyList<ushort> ports = PortList.Parse(context.Request.Query["ports"]);
        if (ports.Count == 0)
        {
            throw RequestRefusedException.Text(StatusCodes.Status400BadRequest, "query parameter \"port\" is required");
        }

        return ports.Contains((ushort)0)
            ? throw RequestRefusedException.Text(StatusCodes.Status400BadRequest, "port \"0\" must be > 0")
            : ports;
    }
}
