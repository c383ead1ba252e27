using System.Text;

namespace EphemeralDebug.Core.Tests.Support;

/// <summary>Writes the fields of one protobuf message.</summary>
internal sealed class ProtobufWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ProtobufWriter Number(int field, long value) => Varint((ulong)(field << 3)).Varint((ulong)value);

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Message(int field, ProtobufWriter message) => Bytes(field, message.ToArray());

    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value) => Length(field, (ulong)value.Length).Raw(value);

    /// <summary>The beginning of a field whose value is told to be of a length.</summary>
    public ProtobufWriter Length(int field, ulong length) => Varint(((ulong)field << 3) | 2).Varint(length);

    public ProtobufWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    private ProtobufWriter Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
        return this;
    }
}
