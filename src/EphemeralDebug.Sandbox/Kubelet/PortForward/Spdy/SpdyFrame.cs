using System.Buffers.Binary;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward.Spdy;

/// <summary>The types of control frames (SPDY draft 3.1, section 2.6) that a port-forward has to do with.</summary>
internal enum SpdyFrameType
{
    /// <summary>No control frame: data of a stream.</summary>
    Data = 0,
    SynStream = 1,
    SynReply = 2,
    RstStream = 3,
    Ping = 6,
    GoAway = 7,
}

/// <summary>A frame of SPDY/3.1. A data frame names its stream in its head, a control frame in its content.</summary>
internal sealed record SpdyFrame(SpdyFrameType Type, int Stream, byte Flags, ReadOnlyMemory<byte> Content)
{
    public const int HeadLength = 8;

    private const byte Fin = 1;
    private const ushort Version = 3;
    private const byte ControlBit = 0x80;

    /// <summary>The sender sends no more on the stream.</summary>
    public bool IsLast => (Flags & Fin) != 0 && Type is SpdyFrameType.Data or SpdyFrameType.SynStream;

    /// <summary>The length of the content, from a frame's head.</summary>
    public static int ContentLength(ReadOnlySpan<byte> head) => (head[5] << 16) | (head[6] << 8) | head[7];

    /// <summary>Reads a frame from its head and its content.</summary>
    public static SpdyFrame Parse(ReadOnlySpan<byte> head, byte[] content)
    {
        int stream = BinaryPrimitives.ReadInt32BigEndian(head);
        if ((head[0] & ControlBit) == 0)
        {
            return new SpdyFrame(SpdyFrameType.Data, stream, head[4], content);
        }

        var type = (SpdyFrameType)BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
        int number = content.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(content) & int.MaxValue : 0;
        return new SpdyFrame(type, number, head[4], content);
    }

    public static SpdyFrame DataOf(int stream, ReadOnlyMemory<byte> data, bool isLast = false) =>
        new(SpdyFrameType.Data, stream, isLast ? Fin : (byte)0, data);

    /// <summary>Accepts a stream.</summary>
    public static SpdyFrame ReplyTo(int stream, byte[] headers)
    {
        byte[] content = new byte[sizeof(int) + headers.Length];
        BinaryPrimitives.WriteInt32BigEndian(content, stream);
        headers.CopyTo(content, sizeof(int));
        return new SpdyFrame(SpdyFrameType.SynReply, stream, 0, content);
    }

    public byte[] ToArray()
    {
        byte[] frame = new byte[HeadLength + Content.Length];
        if (Type == SpdyFrameType.Data)
        {
            BinaryPrimitives.WriteInt32BigEndian(frame, Stream);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame, (ControlBit << 8) | Version);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)Type);
        }

        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), Content.Length);
        frame[4] = Flags;
        Content.Span.CopyTo(frame.AsSpan(HeadLength));
        return frame;
    }
}
