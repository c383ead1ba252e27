using System.Text;

namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>
/// Reads the fields of one protobuf message in memory, in the encoding of protobuf.dev/programming-guides/encoding. What
/// is not asked for is passed over and costs nothing.
/// </summary>
/// <remarks>Every member throws <see cref="InvalidDataException"/> when the bytes are no protobuf message.</remarks>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private WireType _type;

    /// <summary>Goes on to the next field; false at the end of the message. Then the field is read or skipped.</summary>
    public bool TryReadField(out int number)
    {
        if (_rest.IsEmpty)
        {
            number = 0;
            return false;
        }

        ulong tag = ReadUnsigned();
        if (tag is < 8 or > uint.MaxValue)
        {
            throw new InvalidDataException("A field has no valid number.");
        }

        _type = (WireType)(tag & 7);
        number = (int)(tag >> 3);
        return true;
    }

    /// <summary>The bytes of a text, of bytes, or of a message within this one.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        Require(WireType.Bytes);
        ulong length = ReadUnsigned();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw TooLong();
    }

    /// <summary>A text; null when it is empty, as an empty one is left out in JSON.</summary>
    public string? ReadText() => ReadBytes() is { IsEmpty: false } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>A number of type int32 or int64.</summary>
    public long ReadNumber()
    {
        Require(WireType.Number);
        return (long)ReadUnsigned();
    }

    public bool ReadFlag() => ReadNumber() != 0;

    /// <summary>A message within this one, to be read by itself.</summary>
    public ProtobufReader ReadMessage() => new(ReadBytes());

    /// <summary>Passes over the field's value.</summary>
    public void Skip()
    {
        switch (_type)
        {
            case WireType.Number:
                ReadUnsigned();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Bytes:
                ReadBytes();
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            default:
                throw new InvalidDataException("A field is of an unknown type.");
        }
    }

    private void Require(WireType type)
    {
        if (_type != type)
        {
            throw new InvalidDataException("A field is of another type than expected.");
        }
    }

    private ulong ReadUnsigned()
    {
        int size = Varint.Read(_rest, out ulong value);
        if (size == 0)
        {
            throw TooLong();
        }

        _rest = _rest[size..];
        return value;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw TooLong();
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private static InvalidDataException TooLong() => new("A field goes beyond the end of its message.");
}
