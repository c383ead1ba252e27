namespace EphemeralDebug.Sandbox.Processes;

/// <summary>
/// A bounded stream of bytes between processes: a writer waits while it is full, a reader while it is empty, as with
/// the 64 KiB pipes of Linux (pipe(7)).
/// </summary>
internal sealed class Pipe
{
    private const int AtomicWrite = 4096;

    private readonly Lock _gate = new();
    private readonly int _capacity;
    private byte[] _ring = new byte[512];
    private int _start;
    private int _count;
    private bool _writersGone;
    private bool _readersGone;
    private TaskCompletionSource? _changed;

    public Pipe(int capacity = 65536)
    {
        _capacity = capacity;
    }

    /// <summary>Waits for at least one byte; 0 when the writers are gone, or the reader has given up.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_readersGone)
                {
                    return 0;
                }

                if (_count > 0 || _writersGone || buffer.IsEmpty)
                {
                    return Take(buffer.Span);
                }

                wait = NextChange();
            }

            await wait.WaitAsync(cancellation);
        }
    }

    /// <summary>Takes what is there without waiting.</summary>
    public int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            return Take(buffer);
        }
    }

    /// <summary>Waits until everything is in the pipe. Short writes are not mixed with others'.</summary>
    /// <exception cref="BrokenPipeException">Nobody reads any more.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        int needed = data.Length <= AtomicWrite ? data.Length : 1;
        while (!data.IsEmpty)
        {
            Task? wait = null;
            lock (_gate)
            {
                if (_readersGone)
                {
                    throw new BrokenPipeException();
                }

                if (_capacity - _count >= needed)
                {
                    data = data[Put(data.Span)..];
                }
                else
                {
                    wait = NextChange();
                }
            }

            if (wait is not null)
            {
                await wait.WaitAsync(cancellation);
            }
        }
    }

    /// <summary>Writes what fits, drops the rest: the way of terminal echo.</summary>
    public void WriteWhatFits(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            if (!_readersGone)
            {
                Put(data);
            }
        }
    }

    /// <summary>No more data: readers see the end after what is left.</summary>
    public void CloseWriter()
    {
        lock (_gate)
        {
            _writersGone = true;
            Pulse();
        }
    }

    /// <summary>Nobody reads: writers fail from now on.</summary>
    public void CloseReader()
    {
        lock (_gate)
        {
            _readersGone = true;
            Pulse();
        }
    }

    private int Take(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, _count);
        int first = Math.Min(length, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(buffer);
        _ring.AsSpan(0, length - first).CopyTo(buffer[first..]);
        _count -= length;
        _start = _count == 0 ? 0 : (_start + length) % _ring.Length;
        if (length > 0)
        {
            Pulse();
        }

        return length;
    }

    private int Put(ReadOnlySpan<byte> data)
    {
        int length = Math.Min(data.Length, _capacity - _count);
        Reserve(_count + length);
        int end = (_start + _count) % _ring.Length;
        int first = Math.Min(length, _ring.Length - end);
        data[..first].CopyTo(_ring.AsSpan(end));
        data[first..length].CopyTo(_ring);
        _count += length;
        if (length > 0)
        {
            Pulse();
        }

        return length;
    }

    private void Reserve(int size)
    {
        if (size <= _ring.Length)
        {
            return;
        }

        byte[] bigger = new byte[Math.Min(_capacity, Math.Max(size, _ring.Length * 4))];
        int first = Math.Min(_count, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(bigger);
        _ring.AsSpan(0, _count - first).CopyTo(bigger.AsSpan(first));
        _ring = bigger;
        _start = 0;
    }

    private Task NextChange() =>
        (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Pulse()
    {
        _changed?.TrySetResult();
        _changed = null;
    }
}

/// <summary>The end of a pipe that is read.</summary>
internal sealed class PipeReader(Pipe pipe) : OpenFile
{
    public override string Description => "pipe:[4711]";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        pipe.ReadAsync(buffer, cancellation);

    protected override void Close() => pipe.CloseReader();
}

/// <summary>The end of a pipe that is written.</summary>
internal sealed class PipeWriter(Pipe pipe) : OpenFile
{
    public override string Description => "pipe:[4711]";

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        pipe.WriteAsync(data, cancellation);

    protected override void Close() => pipe.CloseWriter();
}
