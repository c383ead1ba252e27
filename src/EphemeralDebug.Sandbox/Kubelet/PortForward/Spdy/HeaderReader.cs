using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward.Spdy;

/// <summary>
/// Reads the compressed headers of a connection. One zlib stream goes through all of them, and its preset dictionary is
/// given to the decompressor as an uncompressed block that comes first.
/// </summary>
internal sealed class HeaderReader : IDisposable
{
    /// <summary>A zlib header that names a dictionary: two bytes, and the dictionary's checksum.</summary>
    private const int ZlibHeaderLength = 6;
    private const int MostHeaders = 64;
    private const int LongestText = 4096;

    private readonly Feed _compressed = new();
    private readonly DeflateStream _plain;
    private bool _begun;

    public HeaderReader()
    {
        _plain = new DeflateStream(_compressed, CompressionMode.Decompress);
    }

    /// <summary>Reads the headers of one frame.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        if (!_begun)
        {
            Begin(ref block);
        }

        _compressed.Add(block);
        try
        {
            int count = ReadNumber(MostHeaders);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            for (int index = 0; index < count; index++)
            {
                string name = ReadText();
                headers[name] = ReadText();
            }

            return headers;
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("The headers end too early.", exception);
        }
    }

    public void Dispose()
    {
        _plain.Dispose();
        _compressed.Dispose();
    }

    private void Begin(ref ReadOnlySpan<byte> block)
    {
        if (block.Length < ZlibHeaderLength)
        {
            throw new InvalidDataException("The headers have no beginning.");
        }

        block = block[ZlibHeaderLength..];
        byte[] dictionary = HeaderDictionary.Bytes;
        Span<byte> stored = stackalloc byte[5];
        BinaryPrimitives.WriteUInt16LittleEndian(stored[1..], (ushort)dictionary.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stored[3..], (ushort)~dictionary.Length);
        _compressed.Add(stored);
        _compressed.Add(dictionary);
        _plain.ReadExactly(new byte[dictionary.Length]);
        _begun = true;
    }

    private int ReadNumber(int most)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        _plain.ReadExactly(number);
        int value = BinaryPrimitives.ReadInt32BigEndian(number);
        return value >= 0 && value <= most ? value : throw new InvalidDataException("The headers are too many or too long.");
    }

    private string ReadText()
    {
        byte[] text = new byte[ReadNumber(LongestText)];
        _plain.ReadExactly(text);
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>The compressed bytes that have come and are not read yet.</summary>
    private sealed class Feed : Stream
    {
        private byte[] _bytes = [];

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Add(ReadOnlySpan<byte> bytes) => _bytes = [.. _bytes, .. bytes];

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int length = Math.Min(buffer.Length, _bytes.Length);
            _bytes.AsSpan(0, length).CopyTo(buffer);
            _bytes = _bytes[length..];
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
