using System.Buffers.Binary;
using System.Text;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward;

/// <summary>
/// Port-forward over channels (v4): the nth port has channel 2n for data and 2n+1 for an error, and each opens with the
/// port's number. A port takes one connection.
/// </summary>
internal sealed class ChannelPortForward(StreamConnection connection, PodRuntime pod, IReadOnlyList<ushort> ports, TimeProvider time)
{
    private readonly Pipe[] _fromClient = [.. ports.Select(_ => new Pipe())];

    /// <summary>Forwards until every port's connection has ended, or the client has left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        byte[] port = new byte[sizeof(ushort)];
        for (int index = 0; index < ports.Count; index++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(port, ports[index]);
            await connection.TrySendAsync(DataChannel(index), port);
            await connection.TrySendAsync(ErrorChannel(index), port);
        }

        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task forwarding = Task.WhenAll(Enumerable.Range(0, ports.Count).Select(index => ForwardAsync(index, left.Token)));
        Task receiving = connection.ReceiveAsync(TakeAsync, left.Token);
        await Task.WhenAny(forwarding, receiving);
        await connection.CloseAsync();
        await EndAsync(forwarding, receiving, left);
    }

    /// <summary>Gives the client time to answer the close; what it still sends is read over.</summary>
    private static async Task EndAsync(Task forwarding, Task receiving, CancellationTokenSource left)
    {
        left.CancelAfter(receiving.IsCompleted ? TimeSpan.Zero : StreamConnection.CloseTime);
        await receiving;
        await left.CancelAsync();
        await forwarding;
    }

    private async Task ForwardAsync(int index, CancellationToken left)
    {
        string? error = await new PodConnection(pod, ports[index], time).ForwardAsync(
            _fromClient[index], data => connection.TrySendAsync(DataChannel(index), data), left);
        if (error is not null)
        {
            await connection.TrySendAsync(ErrorChannel(index), Encoding.UTF8.GetBytes(error));
        }
    }

    private async ValueTask TakeAsync(byte channel, ReadOnlyMemory<byte> data)
    {
        if (channel % 2 != 0 || channel / 2 >= ports.Count)
        {
            return;
        }

        try
        {
            await _fromClient[channel / 2].WriteAsync(data, CancellationToken.None);
        }
        catch (BrokenPipeException)
        {
            // The connection has ended, or was never made.
        }
    }

    private static byte DataChannel(int index) => (byte)(2 * index);

    private static byte ErrorChannel(int index) => (byte)((2 * index) + 1);
}
