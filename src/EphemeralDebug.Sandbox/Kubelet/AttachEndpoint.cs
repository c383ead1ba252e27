using EphemeralDebug.Sandbox.Processes;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Answers attach: the terminal or the standard streams of a container's own first process.</summary>
internal sealed class AttachEndpoint(HttpContext context, PodView pod) : StreamEndpoint(context, pod)
{
    protected override string DescribeMissing(string container) => $"container {container} not found in pod {Pod.Name}_{Pod.Namespace}";

    protected override void CheckContainer(ContainerRun run)
    {
        if (run.Terminal is not null && Options.Stderr && !Options.Tty)
        {
            throw RequestRefusedException.Text(
                StatusCodes.Status500InternalServerError, "rpc error: code = InvalidArgument desc = tty and stderr cannot both be true");
        }
    }

    protected override async Task RunAsync(StreamConnection connection, ContainerRun run)
    {
        // Through the API server's own v5, streams are lost when the request and the container differ about a terminal.
        bool isLost = connection.Protocol.Version == 5 && Options.Tty != run.Terminal is not null;
        using var ended = new CancellationTokenSource();
        Pipe[] output = run.Output.Attach();
        Task copies = CopyOutputAsync(connection, output, isLost);
        try
        {
            var detached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task receiving = ReceiveAsync(connection, isLost ? null : run, detached, ended.Token);
            if (await Task.WhenAny(copies, detached.Task, receiving) != receiving)
            {
                await connection.FinishAsync(StreamStatus.Success);
                ended.CancelAfter(TimeSpan.FromSeconds(5));
                await receiving;
            }
            else
            {
                await connection.CloseAsync();
            }
        }
        finally
        {
            run.Output.Detach(output);
            await copies;
        }
    }

    /// <summary>Copies output until the container ends or the client is let go.</summary>
    private Task CopyOutputAsync(StreamConnection connection, Pipe[] output, bool isLost)
    {
        Task Copy(byte channel, Pipe pipe, bool isWanted) => isWanted && !isLost
            ? connection.CopyOutputAsync(channel, buffer => pipe.ReadAsync(buffer, CancellationToken.None))
            : DrainAsync(pipe);
        return Task.WhenAll(Copy(StreamChannel.Stdout, output[0], Options.Stdout), Copy(StreamChannel.Stderr, output[1], Options.Stderr));
    }

    private static async Task DrainAsync(Pipe pipe)
    {
        byte[] buffer = new byte[4096];
        while (await pipe.ReadAsync(buffer, CancellationToken.None) > 0)
        {
        }
    }

    private async Task ReceiveAsync(StreamConnection connection, ContainerRun? run, TaskCompletionSource detached, CancellationToken cancellation)
    {
        await connection.ReceiveAsync(
            async (channel, data) =>
            {
                switch (channel)
                {
                    case StreamChannel.Stdin when Options.Stdin && run is not null:
                        await run.WriteInputAsync(data, Context.RequestAborted);
                        break;
                    case StreamChannel.Resize when run?.Terminal is { } terminal && ParseSize(data.Span) is { } size:
                        terminal.Resize(size);
                        break;
                    case StreamChannel.Close when Options.Stdin && connection.Protocol.Version == 5 && data.Span is [StreamChannel.Stdin]:
                        EndInput(run, detached);
                        break;
                }
            },
            cancellation);
        if (Options.Stdin && run is { Spec: { Stdin: true, StdinOnce: true } })
        {
            run.CloseInput();
        }
    }

    /// <summary>
    /// With stdinOnce the container's input ends with the client's, and its output is awaited; else only this client
    /// is let go (containerd, <c>container_attach.go</c>).
    /// </summary>
    private static void EndInput(ContainerRun? run, TaskCompletionSource detached)
    {
        if (run is { Spec: { Stdin: true, StdinOnce: true }, Terminal: null })
        {
            run.CloseInput();
        }
        else if (run is { Spec.Stdin: true })
        {
            detached.TrySetResult();
        }
    }
}
