using System.Globalization;
using EphemeralDebug.Sandbox.Network;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward;

/// <summary>One connection from a client to a port of a pod, as containerd makes and ends it.</summary>
internal sealed class PodConnection(PodRuntime pod, ushort port, TimeProvider time)
{
    /// <summary>How long the other direction goes on when the client sends no more.</summary>
    private static readonly TimeSpan GraceTime = TimeSpan.FromSeconds(1);

    /// <summary>Forwards until one side ends the connection; returns what the client is told when it could not be made.</summary>
    /// <param name="fromClient">What the client sends; nobody reads it any more afterwards.</param>
    /// <param name="toClient">Sends to the client; false when it has left.</param>
    /// <param name="cancellation">The client has left.</param>
    public async Task<string?> ForwardAsync(Pipe fromClient, Func<ReadOnlyMemory<byte>, Task<bool>> toClient, CancellationToken cancellation)
    {
        try
        {
            if (!pod.Network.TryConnect(port, out Socket? connection))
            {
                return Refusal();
            }

            await ForwardAsync(connection, fromClient, toClient, cancellation);
            return null;
        }
        finally
        {
            fromClient.CloseReader();
        }
    }

    private async Task ForwardAsync(Socket connection, Pipe fromClient, Func<ReadOnlyMemory<byte>, Task<bool>> toClient, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task sending = CopyAsync(fromClient.ReadAsync, async data =>
        {
            await connection.WriteAsync(data, ended.Token);
            return true;
        }, ended.Token);
        Task receiving = CopyAsync(connection.ReadAsync, toClient, ended.Token);
        try
        {
            if (await Task.WhenAny(sending, receiving) == sending)
            {
                await Task.WhenAny(receiving, Task.Delay(GraceTime, time, ended.Token));
            }

            await ended.CancelAsync();
            await Task.WhenAll(sending, receiving);
        }
        finally
        {
            connection.Release();
        }
    }

    private static async Task CopyAsync(
        Func<Memory<byte>, CancellationToken, ValueTask<int>> read, Func<ReadOnlyMemory<byte>, Task<bool>> write, CancellationToken cancellation)
    {
        byte[] buffer = new byte[32768];
        try
        {
            int length;
            while ((length = await read(buffer, cancellation)) > 0 && await write(buffer.AsMemory(0, length)))
            {
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or BrokenPipeException)
        {
            // The other side has ended the connection.
        }
    }

    private string Refusal() => string.Create(
        CultureInfo.InvariantCulture,
        $"error forwarding port {port} to pod {pod.SandboxId}, uid : failed to execute portforward in network namespace \"{pod.NetworkPath}\": failed to connect to localhost:{port} inside namespace \"{pod.SandboxId}\", IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found ");
}
