using EphemeralDebug.Streaming;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>The remote end of the terminal bridge: a stream to a container.</summary>
internal sealed class RemoteTerminal(RemoteStream stream) : IRemoteTerminal
{
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        stream.WriteAsync(data, cancellationToken);

    public ValueTask ResizeAsync(TerminalSize size, CancellationToken cancellationToken) =>
        stream.ResizeAsync(size.Columns, size.Rows, cancellationToken);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        StreamRead read = await stream.ReadAsync(buffer, cancellationToken);
        read.Data.CopyTo(buffer);
        return read.Data.Length;
    }
}
