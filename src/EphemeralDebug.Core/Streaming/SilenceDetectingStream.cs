using System.Globalization;

namespace EphemeralDebug.Streaming;

/// <summary>
/// A connection whose reads fail when nothing comes for too long. Only the time counts in which somebody listens: a
/// reader who takes a break, such as a terminal that was stopped with Ctrl+S, is no sign of a dead peer. WebSocket's own
/// limit counts that time too, because the answer to its ping waits behind the data that nobody reads.
/// </summary>
internal sealed class SilenceDetectingStream(Stream connection, TimeSpan limit) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> reading = connection.ReadAsync(buffer, cancellationToken);
        if (reading.IsCompleted)
        {
            return await reading;
        }

        // Closing is what ends a read of every kind of connection; a token ends it of most.
        using var timer = new CancellationTokenSource(limit);
        await using (timer.Token.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), connection))
        {
            try
            {
                int count = await reading;
                return count > 0 || !timer.IsCancellationRequested ? count : throw Silent();
            }
            catch (Exception exception) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested && exception is IOException or ObjectDisposedException)
            {
                throw Silent();
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        connection.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override void Flush() => connection.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    // How the read was ended is of no interest, so that has no place in the chain of causes.
    private IOException Silent() => new(string.Create(CultureInfo.InvariantCulture, $"nothing came for {limit.TotalSeconds:0.#} s"));
}
