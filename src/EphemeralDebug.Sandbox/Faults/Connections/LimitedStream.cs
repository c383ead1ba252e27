namespace EphemeralDebug.Sandbox.Faults.Connections;

/// <summary>
/// A stream that passes so many bytes and then asks what is to become of the rest. Reading is not affected.
/// </summary>
internal sealed class LimitedStream(Stream inner, long length, Func<Task> reached) : Stream
{
    private long _rest = length;
    private Task? _reached;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int passed = (int)Math.Min(_rest, buffer.Length);
        if (passed > 0)
        {
            await inner.WriteAsync(buffer[..passed], cancellationToken);
            _rest -= passed;
        }

        if (passed == buffer.Length)
        {
            return;
        }

        await inner.FlushAsync(cancellationToken);
        await (_reached ??= reached());
        await inner.WriteAsync(buffer[passed..], cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
