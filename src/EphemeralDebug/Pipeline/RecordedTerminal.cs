using EphemeralDebug.Recordings;
using EphemeralDebug.Terminal;

namespace EphemeralDebug.Pipeline;

/// <summary>A remote end of the terminal bridge that is recorded.</summary>
internal sealed class RecordedTerminal(IRemoteTerminal remote, AsciicastWriter recording, bool recordInput) : IRemoteTerminal
{
    public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (recordInput)
        {
            recording.WriteInput(input.Span);
        }

        return remote.WriteAsync(input, cancellationToken);
    }

    public ValueTask ResizeAsync(TerminalSize size, CancellationToken cancellationToken)
    {
        recording.WriteSize(size.Columns, size.Rows);
        return remote.ResizeAsync(size, cancellationToken);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> output, CancellationToken cancellationToken)
    {
        int count = await remote.ReadAsync(output, cancellationToken);
        recording.WriteOutput(output.Span[..count]);
        return count;
    }
}
