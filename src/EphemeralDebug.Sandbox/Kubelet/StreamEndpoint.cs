using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Terminals;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>What exec and attach have in common: the checks before the upgrade, the upgrade, and the first message.</summary>
internal abstract class StreamEndpoint(HttpContext context, PodView pod)
{
    protected HttpContext Context => context;

    protected PodView Pod => pod;

    protected StreamOptions Options { get; } = StreamOptions.Parse(context.Request.Query);

    /// <summary>Answers the request to its end.</summary>
    public async Task AnswerAsync()
    {
        try
        {
            ContainerRun run = Check();
            if (StreamProtocol.Negotiate(context.WebSockets.WebSocketRequestedProtocols, pod.IsLegacy) is not { } protocol)
            {
                throw RequestRefusedException.Text(StatusCodes.Status403Forbidden, "");
            }

            WebSocket socket = await protocol.AcceptAsync(context);
            using var connection = new StreamConnection(socket, protocol);
            await connection.TrySendAsync(Options switch
            {
                { Stdout: true } => StreamChannel.Stdout,
                { Stderr: true } => StreamChannel.Stderr,
                _ => StreamChannel.Status,
            }, ReadOnlyMemory<byte>.Empty);
            await RunAsync(connection, run);
        }
        catch (RequestRefusedException refusal)
        {
            await refusal.WriteAsync(context.Response);
        }
    }

    /// <summary>What the kubelet says when the container does not run.</summary>
    protected abstract string DescribeMissing(string container);

    /// <summary>Checks what depends on the container; nothing by default.</summary>
    protected virtual void CheckContainer(ContainerRun run)
    {
    }

    protected abstract Task RunAsync(StreamConnection connection, ContainerRun run);

    /// <summary>Applies a resize message; null when it is none.</summary>
    protected static WindowSize? ParseSize(ReadOnlySpan<byte> message)
    {
        try
        {
            JsonNode? size = JsonNode.Parse(message);
            return new WindowSize((ushort?)size?["Width"] ?? 0, (ushort?)size?["Height"] ?? 0);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Every check in the order of the real servers: first the API server's, then the kubelet's.</summary>
    private ContainerRun Check()
    {
        ContainerSpec container = ContainerChoice.Choose(pod, context.Request.Query["container"]);
        if (!pod.HasNode)
        {
            throw RequestRefusedException.BadRequest($"pod {pod.Name} does not have a host assigned");
        }

        bool isUpgrade = context.Request.Headers.Connection.ToString().Contains("upgrade", StringComparison.OrdinalIgnoreCase);
        if (!isUpgrade && !context.WebSockets.IsWebSocketRequest)
        {
            throw RequestRefusedException.BadRequest("Upgrade request required");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw RequestRefusedException.Text(StatusCodes.Status406NotAcceptable, "406: Not Acceptable\n\nAvailable representations: ");
        }

        if (!Options.Stdin && !Options.Stdout && !Options.Stderr)
        {
            throw RequestRefusedException.Text(StatusCodes.Status400BadRequest, "you must specify at least 1 of stdin, stdout, stderr");
        }

        ContainerRun run = pod.FindRunning(container.Name)
            ?? throw RequestRefusedException.Text(StatusCodes.Status500InternalServerError, DescribeMissing(container.Name));
        CheckContainer(run);
        return run;
    }
}
