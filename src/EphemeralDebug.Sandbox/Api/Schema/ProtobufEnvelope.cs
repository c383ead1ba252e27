using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>
/// What messages travel in: the prefix "k8s\0" and a runtime.Unknown with the kind, the message, and two empty texts, as
/// the API server sends it; in a watch, frames of a length and a WatchEvent.
/// </summary>
internal static class ProtobufEnvelope
{
    private const byte FirstField = (1 << 3) | 2;
    private const byte SecondField = (2 << 3) | 2;

    private static ReadOnlySpan<byte> Prefix => "k8s\0"u8;

    /// <summary>The empty contentEncoding and contentType.</summary>
    private static ReadOnlySpan<byte> Suffix => [(3 << 3) | 2, 0, (4 << 3) | 2, 0];

    /// <summary>What comes before a message of that length.</summary>
    public static byte[] Head(string apiVersion, string kind, long length)
    {
        var head = new ArrayBufferWriter<byte>();
        var type = new ArrayBufferWriter<byte>();
        WriteField(type, FirstField, Encoding.UTF8.GetBytes(apiVersion));
        WriteField(type, SecondField, Encoding.UTF8.GetBytes(kind));
        head.Write(Prefix);
        WriteField(head, FirstField, type.WrittenSpan);
        WriteHead(head, SecondField, (ulong)length);
        return head.WrittenSpan.ToArray();
    }

    /// <summary>What comes after a message.</summary>
    public static ReadOnlySpan<byte> Tail => Suffix;

    /// <summary>A whole document.</summary>
    public static byte[] Wrap(string apiVersion, string kind, ReadOnlySpan<byte> message) =>
        [.. Head(apiVersion, kind, message.Length), .. message, .. Suffix];

    /// <summary>An event of a watch: its length, its type and a whole document.</summary>
    public static byte[] Frame(string type, ReadOnlySpan<byte> document)
    {
        var watchEvent = new ArrayBufferWriter<byte>(document.Length + 64);
        watchEvent.GetSpan(sizeof(uint));
        watchEvent.Advance(sizeof(uint));
        WriteField(watchEvent, FirstField, Encoding.UTF8.GetBytes(type));
        WriteHead(watchEvent, SecondField, (ulong)(1 + VarintLength((ulong)document.Length) + document.Length));
        WriteField(watchEvent, FirstField, document);
        byte[] frame = watchEvent.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - sizeof(uint));
        return frame;
    }

    /// <summary>What comes before the items of a list, of which each is a field of its own.</summary>
    public static byte[] ItemHead(int length)
    {
        var head = new ArrayBufferWriter<byte>(8);
        WriteHead(head, SecondField, (ulong)length);
        return head.WrittenSpan.ToArray();
    }

    /// <summary>The metadata of an object: the first field of every message, which is all that PartialObjectMetadata has.</summary>
    public static ReadOnlyMemory<byte> Metadata(ReadOnlyMemory<byte> message)
    {
        int length = 0;
        int position = 1;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message.Span[position++];
            length |= (next & 0x7f) << shift;
            if (next < 0x80)
            {
                return message[..(position + length)];
            }
        }
    }

    /// <summary>The first field of a list.</summary>
    public static byte[] ListMetadata(ReadOnlySpan<byte> message)
    {
        var field = new ArrayBufferWriter<byte>(message.Length + 8);
        WriteField(field, FirstField, message);
        return field.WrittenSpan.ToArray();
    }

    public static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public static void PutVarint(Span<byte> target, ulong value)
    {
        for (int index = 0; index < target.Length; index++)
        {
            target[index] = (byte)((value & 0x7f) | (index == target.Length - 1 ? 0UL : 0x80));
            value >>= 7;
        }
    }

    private static void WriteField(ArrayBufferWriter<byte> target, byte tag, ReadOnlySpan<byte> value)
    {
        WriteHead(target, tag, (ulong)value.Length);
        target.Write(value);
    }

    private static void WriteHead(ArrayBufferWriter<byte> target, byte tag, ulong length)
    {
        target.Write([tag]);
        int width = VarintLength(length);
        PutVarint(target.GetSpan(width)[..width], length);
        target.Advance(width);
    }
}
