using System.Buffers;
using System.Text.Json;

namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>
/// Reads a container's security context as JSON, with the members in the API's order: users see it as JSON.
/// </summary>
internal static class SecurityContextProtobuf
{
    private static readonly Field[] s_fields =
    [
        new("capabilities", 1, Kind.Message, [new("add", 1, Kind.Texts), new("drop", 2, Kind.Texts)]),
        new("privileged", 2, Kind.Flag),
        new("seLinuxOptions", 3, Kind.Message, [new("user", 1, Kind.Text), new("role", 2, Kind.Text), new("type", 3, Kind.Text), new("level", 4, Kind.Text)]),
        new("windowsOptions", 10, Kind.Message, [new("gmsaCredentialSpecName", 1, Kind.Text), new("gmsaCredentialSpec", 2, Kind.Text), new("runAsUserName", 3, Kind.Text), new("hostProcess", 4, Kind.Flag)]),
        new("runAsUser", 4, Kind.Number),
        new("runAsGroup", 8, Kind.Number),
        new("runAsNonRoot", 5, Kind.Flag),
        new("readOnlyRootFilesystem", 6, Kind.Flag),
        new("allowPrivilegeEscalation", 7, Kind.Flag),
        new("procMount", 9, Kind.Text),
        new("seccompProfile", 11, Kind.Message, [new("type", 1, Kind.Text), new("localhostProfile", 2, Kind.Text)]),
        new("appArmorProfile", 12, Kind.Message, [new("type", 1, Kind.Text), new("localhostProfile", 2, Kind.Text)]),
    ];

    private enum Kind
    {
        Text,
        Texts,
        Flag,
        Number,
        Message,
    }

    public static JsonElement Read(ReadOnlySpan<byte> message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, message, s_fields);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> message, Field[] fields)
    {
        writer.WriteStartObject();
        foreach (Field field in fields)
        {
            Write(writer, message, field);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> message, Field field)
    {
        var reader = new ProtobufReader(message);
        bool isInList = false;
        while (reader.TryReadField(out int number))
        {
            if (number != field.Number)
            {
                reader.Skip();
                continue;
            }

            if (field.Kind is Kind.Texts && !isInList)
            {
                writer.WriteStartArray(field.Name);
                isInList = true;
            }

            WriteValue(writer, ref reader, field);
        }

        if (isInList)
        {
            writer.WriteEndArray();
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, ref ProtobufReader reader, Field field)
    {
        switch (field.Kind)
        {
            case Kind.Texts:
                writer.WriteStringValue(reader.ReadText() ?? "");
                break;
            case Kind.Text:
                if (reader.ReadText() is { } text)
                {
                    writer.WriteString(field.Name, text);
                }

                break;
            case Kind.Flag:
                writer.WriteBoolean(field.Name, reader.ReadFlag());
                break;
            case Kind.Number:
                writer.WriteNumber(field.Name, reader.ReadNumber());
                break;
            default:
                writer.WritePropertyName(field.Name);
                Write(writer, reader.ReadBytes(), field.Fields);
                break;
        }
    }

    private sealed class Field(string name, int number, Kind kind, Field[]? fields = null)
    {
        public string Name { get; } = name;

        public int Number { get; } = number;

        public Kind Kind { get; } = kind;

        public Field[] Fields { get; } = fields ?? [];
    }
}
