namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>What stands before a field's value, for messages that are too long to be held in memory.</summary>
/// <param name="Number">The field's number.</param>
/// <param name="Type">How the value is written.</param>
/// <param name="Size">The bytes before the value.</param>
/// <param name="Length">The bytes of the value.</param>
internal readonly record struct FieldHeader(int Number, WireType Type, int Size, long Length)
{
    /// <summary>Reads a header; false when there are not enough bytes for it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no header of a field.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FieldHeader header)
    {
        header = default;
        int size = Varint.Read(bytes, out ulong tag);
        if (size == 0)
        {
            return false;
        }

        if (tag is < 8 or > uint.MaxValue)
        {
            throw new InvalidDataException("A field has no valid number.");
        }

        var type = (WireType)(tag & 7);
        if (!TryReadLength(bytes[size..], type, ref size, out ulong length))
        {
            return false;
        }

        header = length <= long.MaxValue
            ? new FieldHeader((int)(tag >> 3), type, size, (long)length)
            : throw new InvalidDataException("A field has a negative length.");
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> value, WireType type, ref int size, out ulong length)
    {
        switch (type)
        {
            case WireType.Number:
                length = (ulong)Varint.Read(value, out _);
                return length > 0;
            case WireType.Fixed64:
                length = sizeof(ulong);
                return true;
            case WireType.Fixed32:
                length = sizeof(uint);
                return true;
            case WireType.Bytes:
                int prefix = Varint.Read(value, out length);
                size += prefix;
                return prefix > 0;
            default:
                throw new InvalidDataException("A field is of an unknown type.");
        }
    }
}
