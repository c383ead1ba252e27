using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>
/// Reads objects in the API's protobuf encoding, which kubectl sends from version 1.32 on: an envelope that names the
/// kind, then the object's fields by number.
/// </summary>
internal ref struct ProtobufReader
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest;

    private ProtobufReader(ReadOnlySpan<byte> data) => _rest = data;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The object as JSON.</summary>
    /// <exception cref="JsonSyntaxException">The bytes are no such object.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith(Magic))
        {
            throw new JsonSyntaxException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        ReadOnlySpan<byte> typeMeta = default;
        ReadOnlySpan<byte> raw = default;
        var envelope = new ProtobufReader(data[Magic.Length..]);
        while (envelope.TryReadTag(out int number, out int wireType))
        {
            switch (number)
            {
                case 1:
                    typeMeta = envelope.ReadBytes();
                    break;
                case 2:
                    raw = envelope.ReadBytes();
                    break;
                default:
                    envelope.Skip(wireType);
                    break;
            }
        }

        (string apiVersion, string kind) = ReadTexts(typeMeta);
        var result = new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion };
        if (SchemaCatalog.Current.Find(kind) is { } type)
        {
            new ProtobufReader(raw).ReadInto(type, result);
        }

        return result;
    }

    private void ReadInto(StructType type, JsonObject target)
    {
        while (TryReadTag(out int number, out int wireType))
        {
            if (!type.Wire.TryGetValue(number, out WireMember member))
            {
                Skip(wireType);
            }
            else if (member.Embedded is { } embedded)
            {
                new ProtobufReader(ReadBytes()).ReadInto(embedded, target);
            }
            else
            {
                ReadField(member.Field!, wireType, target);
            }
        }
    }

    private void ReadField(SchemaField field, int wireType, JsonObject target)
    {
        switch (field.Type)
        {
            case ListType list:
                if (target.Array(field.Name) is not { } items)
                {
                    target[field.Name] = items = [];
                }

                items.Add(ReadValue(list.Element, wireType));
                break;
            case MapType map:
                ReadEntry(map, target.GetOrAddObject(field.Name));
                break;
            default:
                target[field.Name] = ReadValue(field.Type, wireType);
                break;
        }
    }

    private void ReadEntry(MapType map, JsonObject target)
    {
        var entry = new ProtobufReader(ReadBytes());
        string key = "";
        JsonNode? value = map.Value is ScalarType { Kind: ScalarKind.String } ? "" : null;
        while (entry.TryReadTag(out int number, out int wireType))
        {
            if (number == 1)
            {
                key = entry.ReadText();
            }
            else
            {
                value = entry.ReadValue(map.Value, wireType);
            }
        }

        target[key] = value;
    }

    private JsonNode? ReadValue(SchemaType type, int wireType)
    {
        switch (type)
        {
            case ScalarType { Kind: ScalarKind.String }:
                return JsonValue.Create(ReadText());
            case ScalarType { Kind: ScalarKind.Bool }:
                return JsonValue.Create(ReadVarint() != 0);
            case ScalarType:
                return JsonValue.Create((long)ReadVarint());
            case StructType structure:
                var value = new JsonObject();
                new ProtobufReader(ReadBytes()).ReadInto(structure, value);
                return value;
            case OpaqueType opaque:
                return ReadOpaque(opaque, ReadBytes());
            default:
                Skip(wireType);
                return null;
        }
    }

    private static JsonNode? ReadOpaque(OpaqueType type, ReadOnlySpan<byte> data)
    {
        switch (type.Name)
        {
            case "[]uint8":
                return JsonValue.Create(Convert.ToBase64String(data));
            case "resource.Quantity":
                return JsonValue.Create(ReadTexts(data).First);
            case "intstr.IntOrString":
                return ReadIntOrString(data);
            case "v1.Time" or "v1.MicroTime":
                return ReadTime(data);
            case "v1.TextList":
                return ReadTextList(data);
            default:
                string text = ReadTexts(data).First;
                return text.Length == 0 ? null : JsonReader.Read(Encoding.UTF8.GetBytes(text), out _);
        }
    }

    /// <summary>A number, or the name of a port.</summary>
    private static JsonNode ReadIntOrString(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        bool isText = false;
        long number = 0;
        string text = "";
        while (reader.TryReadTag(out int field, out int wireType))
        {
            switch (field)
            {
                case 1:
                    isText = reader.ReadVarint() != 0;
                    break;
                case 2:
                    number = (long)reader.ReadVarint();
                    break;
                case 3:
                    text = reader.ReadText();
                    break;
                default:
                    reader.Skip(wireType);
                    break;
            }
        }

        return isText ? JsonValue.Create(text) : JsonValue.Create(number);
    }

    /// <summary>Seconds since 1970; nothing at all is no time.</summary>
    private static JsonNode? ReadTime(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        long seconds = 0;
        while (reader.TryReadTag(out int field, out int wireType))
        {
            if (field == 1)
            {
                seconds = (long)reader.ReadVarint();
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return seconds == 0 ? null : JsonValue.Create(ApiJson.Time(DateTimeOffset.FromUnixTimeSeconds(seconds)));
    }

    /// <summary>A list that is a message of its own.</summary>
    private static JsonArray ReadTextList(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        JsonArray texts = [];
        while (reader.TryReadTag(out int field, out int wireType))
        {
            if (field == 1)
            {
                texts.Add(reader.ReadText());
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return texts;
    }

    /// <summary>A message of up to two texts.</summary>
    private static (string First, string Second) ReadTexts(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        string[] texts = ["", ""];
        while (reader.TryReadTag(out int number, out int wireType))
        {
            if (number is 1 or 2 && wireType == LengthDelimited)
            {
                texts[number - 1] = reader.ReadText();
            }
            else
            {
                reader.Skip(wireType);
            }
        }

        return (texts[0], texts[1]);
    }

    private bool TryReadTag(out int number, out int wireType)
    {
        number = wireType = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = ReadVarint();
        number = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return true;
    }

    private string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    private ReadOnlySpan<byte> ReadBytes() => Take(ReadVarint());

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new JsonSyntaxException("proto: integer overflow");
    }

    private void Skip(int wireType)
    {
        switch (wireType)
        {
            case Varint:
                ReadVarint();
                break;
            case Fixed64:
                Take(8);
                break;
            case LengthDelimited:
                ReadBytes();
                break;
            case Fixed32:
                Take(4);
                break;
            default:
                throw new JsonSyntaxException(string.Create(CultureInfo.InvariantCulture, $"proto: illegal wireType {wireType}"));
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new JsonSyntaxException("unexpected EOF");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
