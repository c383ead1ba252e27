using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Files;

/// <summary>An ordinary file, held in memory.</summary>
internal sealed class RegularFile : FileNode
{
    private const int LargestSize = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private byte[] _content;
    private int _length;

    public RegularFile(byte[] content)
    {
        _content = content;
        _length = content.Length;
        Mode = 0b110_100_100;
    }

    public override char TypeLetter => '-';

    public override long Size => _length;

    public override OpenFile Open(SimulatedProcess process, OpenMode mode)
    {
        if (mode.HasFlag(OpenMode.Truncate))
        {
            lock (_gate)
            {
                _length = 0;
            }

            ModifiedAt = process.Scope.Time.GetUtcNow();
        }

        return new OpenRegularFile(this, mode, process.Scope.Time);
    }

    /// <summary>A copy of the content.</summary>
    public byte[] ToArray()
    {
        lock (_gate)
        {
            return _content[.._length];
        }
    }

    public int Read(int position, Span<byte> buffer)
    {
        lock (_gate)
        {
            int length = Math.Clamp(_length - position, 0, buffer.Length);
            _content.AsSpan(position, length).CopyTo(buffer);
            return length;
        }
    }

    /// <summary>Writes at a position, or at the end for null; returns the position after it.</summary>
    public int Write(int? position, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            int start = position ?? _length;
            int end = checked(start + data.Length);
            if (end > LargestSize)
            {
                throw new SystemCallException(Errno.NoSpace);
            }

            if (end > _content.Length)
            {
                Array.Resize(ref _content, Math.Min(LargestSize, Math.Max(end, _content.Length * 2)));
            }

            if (start > _length)
            {
                _content.AsSpan(_length, start - _length).Clear();
            }

            data.CopyTo(_content.AsSpan(start));
            _length = Math.Max(_length, end);
            return end;
        }
    }
}

/// <summary>An open ordinary file with its position.</summary>
internal sealed class OpenRegularFile(RegularFile file, OpenMode mode, TimeProvider time) : OpenFile
{
    private int _position;

    public override string Description => "file";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (!mode.HasFlag(OpenMode.Read))
        {
            throw new SystemCallException(Errno.BadFileDescriptor);
        }

        int length = file.Read(_position, buffer.Span);
        _position += length;
        return ValueTask.FromResult(length);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        if (!mode.HasFlag(OpenMode.Write))
        {
            throw new SystemCallException(Errno.BadFileDescriptor);
        }

        _position = file.Write(mode.HasFlag(OpenMode.Append) ? null : _position, data.Span);
        file.ModifiedAt = time.GetUtcNow();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Bytes that can be read once, from the beginning to the end.</summary>
internal sealed class MemoryFile(byte[] content) : OpenFile
{
    private int _position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        int length = Math.Min(buffer.Length, content.Length - _position);
        content.AsMemory(_position, length).CopyTo(buffer);
        _position += length;
        return ValueTask.FromResult(length);
    }
}
