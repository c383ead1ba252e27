using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>
/// Writes objects in the API's protobuf encoding, byte for byte as the API server does: fields in the order of their
/// numbers, maps in the order of their keys, and every field that is not behind a pointer, its zero value too.
/// </summary>
/// <remarks>It writes from the end to the beginning, so that the length of what is nested is known when it is needed.</remarks>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;

    private byte[] _buffer = new byte[8192];
    private int _start = 8192;

    private ProtobufWriter()
    {
    }

    private int Length => _buffer.Length - _start;

    /// <summary>The message of an object.</summary>
    public static byte[] Write(StructType type, JsonObject value)
    {
        var writer = new ProtobufWriter();
        writer.WriteStruct(type, value);
        return writer._buffer[writer._start..];
    }

    private void WriteStruct(StructType type, JsonObject? value)
    {
        foreach ((int number, WireMember member) in type.WireFromLast)
        {
            if (member.Embedded is { } embedded)
            {
                int end = Length;
                WriteStruct(embedded, value);
                WriteLength(number, end);
            }
            else
            {
                WriteField(number, member.Field!, value?[member.Field!.Name]);
            }
        }
    }

    private void WriteField(int number, SchemaField field, JsonNode? value)
    {
        switch (field.Type)
        {
            case ListType list:
                var items = value as JsonArray;
                for (int index = (items?.Count ?? 0) - 1; index >= 0; index--)
                {
                    WriteValue(number, list.Element, items![index]);
                }

                break;
            case MapType map:
                foreach ((string key, JsonNode? entry) in (value as JsonObject ?? []).OrderByDescending(entry => entry.Key, StringComparer.Ordinal))
                {
                    int end = Length;
                    WriteValue(2, map.Value, entry);
                    WriteText(1, key);
                    WriteLength(number, end);
                }

                break;
            default:
                if (value is not null || !(field.Pointer || field.Type.Name == "[]uint8"))
                {
                    WriteValue(number, field.Type, value);
                }

                break;
        }
    }

    private void WriteValue(int number, SchemaType type, JsonNode? value)
    {
        switch (type)
        {
            case ScalarType { Kind: ScalarKind.String }:
                WriteText(number, value.AsText() ?? "");
                break;
            case ScalarType { Kind: ScalarKind.Bool }:
                WriteVarint(number, value is JsonValue flag && flag.TryGetValue(out bool set) && set ? 1UL : 0);
                break;
            case ScalarType:
                WriteVarint(number, (ulong)(value.AsInteger() ?? 0));
                break;
            default:
                int end = Length;
                if (type is StructType structure)
                {
                    WriteStruct(structure, value as JsonObject);
                }
                else
                {
                    WriteOpaque(type, value);
                }

                WriteLength(number, end);
                break;
        }
    }

    /// <summary>Values that have an encoding of their own.</summary>
    private void WriteOpaque(SchemaType type, JsonNode? value)
    {
        switch (type.Name)
        {
            case "[]uint8":
                WriteBytes(Convert.FromBase64String(value.AsText() ?? ""));
                break;
            case "resource.Quantity":
                WriteText(1, value.AsText() ?? "0");
                break;
            case "intstr.IntOrString":
                WriteText(3, value.AsText() ?? "");
                WriteVarint(2, (ulong)(value.AsInteger() ?? 0));
                WriteVarint(1, value.AsText() is null ? 0UL : 1);
                break;
            case "v1.Time":
                WriteTime(value.AsText(), withFraction: false);
                break;
            case "v1.MicroTime":
                WriteTime(value.AsText(), withFraction: true);
                break;
            case "v1.TextList":
                for (int index = (value as JsonArray)?.Count - 1 ?? -1; index >= 0; index--)
                {
                    WriteText(1, value![index].AsText() ?? "");
                }

                break;
            default:
                if (value is not null)
                {
                    WriteText(1, ApiJson.ToText(value));
                }

                break;
        }
    }

    private void WriteTime(string? text, bool withFraction)
    {
        if (text is null)
        {
            return;
        }

        var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        long microseconds = time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        WriteVarint(2, withFraction ? (ulong)(microseconds * 1000) : 0);
        WriteVarint(1, (ulong)time.ToUnixTimeSeconds());
    }

    private void WriteText(int number, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, Take(length));
        WriteVarint((ulong)length);
        WriteTag(number, LengthDelimited);
    }

    private void WriteVarint(int number, ulong value)
    {
        WriteVarint(value);
        WriteTag(number, Varint);
    }

    /// <summary>Puts tag and length before what was written since <paramref name="end"/> bytes were there.</summary>
    private void WriteLength(int number, int end)
    {
        WriteVarint((ulong)(Length - end));
        WriteTag(number, LengthDelimited);
    }

    private void WriteTag(int number, int wireType) => WriteVarint((ulong)((number << 3) | wireType));

    private void WriteVarint(ulong value) => ProtobufEnvelope.PutVarint(Take(ProtobufEnvelope.VarintLength(value)), value);

    private void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Room before everything that is written already.</summary>
    private Span<byte> Take(int count)
    {
        if (count > _start)
        {
            byte[] larger = new byte[Math.Max(_buffer.Length * 2, Length + count)];
            _buffer.AsSpan(_start).CopyTo(larger.AsSpan(larger.Length - Length));
            _start = larger.Length - Length;
            _buffer = larger;
        }

        _start -= count;
        return _buffer.AsSpan(_start, count);
    }
}
