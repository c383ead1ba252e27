using EphemeralDebug.Debugging;
using EphemeralDebug.Streaming;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>The remote end of the terminal bridge: a shell in a container.</summary>
internal sealed class RemoteTerminal(RemoteShell shell) : IRemoteTerminal
{
    private bool _isDrawn = !shell.IsAttached;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        shell.Stream.WriteAsync(data, cancellationToken);

    public async ValueTask ResizeAsync(TerminalSize size, CancellationToken cancellationToken)
    {
        if (!_isDrawn)
        {
            // What an attached program has drawn before is not replayed. It draws again when the size changes, which
            // it does not where the window is as large as the one before.
            _isDrawn = true;
            await shell.Stream.ResizeAsync(size.Columns + 1, size.Rows + 1, cancellationToken);
        }

        await shell.Stream.ResizeAsync(size.Columns, size.Rows, cancellationToken);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        StreamRead read = await shell.Stream.ReadAsync(buffer, cancellationToken);
        read.Data.CopyTo(buffer);
        return read.Data.Length;
    }
}
