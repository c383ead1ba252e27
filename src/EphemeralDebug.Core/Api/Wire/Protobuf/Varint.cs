namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>Protobuf's numbers: seven bits a byte, the lowest first, the eighth bit set in all but the last byte.</summary>
internal static class Varint
{
    private const int MaximumSize = 10;

    /// <summary>The number of bytes that the value takes, or 0 when there are not enough bytes to say.</summary>
    /// <exception cref="InvalidDataException">It is longer than 64 bits.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte part = bytes[i];
            if (i == MaximumSize - 1 && part > 1)
            {
                throw new InvalidDataException("A number is longer than 64 bits.");
            }

            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                return i + 1;
            }
        }

        return 0;
    }
}
