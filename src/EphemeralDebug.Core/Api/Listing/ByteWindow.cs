using System.Buffers;

namespace EphemeralDebug.Api.Listing;

/// <summary>
/// The part of an answer that is being read, as one piece of memory: it holds no more than the longest thing that has to
/// be there whole, however long the answer is.
/// </summary>
/// <param name="read">Reads more bytes; 0 at the end of the answer.</param>
internal sealed class ByteWindow(Func<Memory<byte>, ValueTask<int>> read) : IDisposable
{
    /// <summary>Far above etcd's limit for an object (1.5 MiB): what is longer is no list of pods.</summary>
    public const int MaximumPiece = 16 * 1024 * 1024;

    private const int FirstSize = 64 * 1024;
    private const int WorthReading = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _start;
    private int _end;

    /// <summary>What is here and has not been passed.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Passes over bytes that are here.</summary>
    public void Pass(int count) => _start += count;

    /// <summary>Reads more; false at the end of the answer.</summary>
    /// <exception cref="InvalidDataException">The piece that is being gathered is longer than any can be.</exception>
    public async ValueTask<bool> TryFillAsync()
    {
        MakeRoom();
        int count = await read(_buffer.AsMemory(_end));
        _end += count;
        return count > 0;
    }

    /// <summary>Reads more.</summary>
    /// <exception cref="EndOfStreamException">The answer has ended.</exception>
    /// <exception cref="InvalidDataException">The piece that is being gathered is longer than any can be.</exception>
    public async ValueTask FillAsync()
    {
        if (!await TryFillAsync())
        {
            throw new EndOfStreamException("the answer broke off");
        }
    }

    /// <summary>Reads until a piece of a length is here whole.</summary>
    /// <exception cref="EndOfStreamException">The answer has ended.</exception>
    /// <exception cref="InvalidDataException">The piece is longer than any can be.</exception>
    public async ValueTask GatherAsync(long length)
    {
        if (length > MaximumPiece)
        {
            throw TooLong();
        }

        while (_end - _start < length)
        {
            await FillAsync();
        }
    }

    /// <summary>Passes over bytes that need not be here together.</summary>
    /// <exception cref="EndOfStreamException">The answer has ended.</exception>
    public async ValueTask SkipAsync(long count)
    {
        while (_end - _start < count)
        {
            count -= _end - _start;
            _start = _end;
            await FillAsync();
        }

        _start += (int)count;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        (_start, _end) = (0, 0);
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        if (_buffer.Length - _end >= WorthReading)
        {
            return;
        }

        if (_start > 0)
        {
            MoveTo(_buffer);
        }
        else if (_end == _buffer.Length)
        {
            byte[] full = _buffer;
            MoveTo(Larger());
            ArrayPool<byte>.Shared.Return(full);
        }
    }

    private void MoveTo(byte[] buffer)
    {
        Bytes.CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, _end - _start);
    }

    private byte[] Larger() =>
        _buffer.Length < MaximumPiece ? ArrayPool<byte>.Shared.Rent(_buffer.Length * 2) : throw TooLong();

    private static InvalidDataException TooLong() => new("It has a part that is longer than any object.");
}
