using System.Text;
using System.Text.Json;
using EphemeralDebug.Sandbox.Api.Schema;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>
/// Finds the first value of a document in JSON that has another type than its field, and says so as json-iterator does:
/// the way to it through types and fields, and the bytes around the place.
/// </summary>
internal static class IteratorMismatch
{
    private const int Near = 10;
    private const int Far = 50;

    /// <summary>What is wrong; null when the document fits, or is no JSON.</summary>
    public static string? Find(StructType type, byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            return Check(ref reader, body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Checks the value that the reader stands on, and leaves it at the value's end.</summary>
    private static string? Check(ref Utf8JsonReader reader, byte[] body, SchemaType type)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        switch (type)
        {
            case StructType structure when reader.TokenType == JsonTokenType.StartObject:
                return CheckFields(ref reader, body, structure);
            case ListType list when reader.TokenType == JsonTokenType.StartArray:
                return CheckItems(ref reader, body, list);
            case MapType map when reader.TokenType == JsonTokenType.StartObject:
                return CheckEntries(ref reader, body, map);
            case ScalarType scalar when !Fits(scalar, reader.TokenType):
            case StructType or ListType or MapType:
                return Describe(type, body, (int)reader.TokenStartIndex);
            default:
                reader.Skip();
                return null;
        }
    }

    private static string? CheckFields(ref Utf8JsonReader reader, byte[] body, StructType type)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            SchemaField? field = type.Find(reader.GetString()!);
            reader.Read();
            if (field is null)
            {
                reader.Skip();
            }
            else if (Check(ref reader, body, field.Type) is { } problem)
            {
                string embedded = field.Embedded is null ? "" : $"{field.Embedded}: ";
                return $"v1.{type.StructName}.{embedded}{field.InternalName}: {problem}";
            }
        }

        return null;
    }

    private static string? CheckItems(ref Utf8JsonReader reader, byte[] body, ListType type)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Check(ref reader, body, type.Element) is { } problem)
            {
                return $"[]{NameOf(type.Element)}: {problem}";
            }
        }

        return null;
    }

    private static string? CheckEntries(ref Utf8JsonReader reader, byte[] body, MapType type)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (Check(ref reader, body, type.Value) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static bool Fits(ScalarType type, JsonTokenType token) => type.Kind switch
    {
        ScalarKind.String => token == JsonTokenType.String,
        ScalarKind.Bool => token is JsonTokenType.True or JsonTokenType.False,
        _ => token == JsonTokenType.Number,
    };

    private static string NameOf(SchemaType type) => type is StructType structure ? $"v1.{structure.StructName}" : type.Name;

    private static string Describe(SchemaType type, byte[] body, int start)
    {
        char found = (char)body[start];
        string problem = type switch
        {
            StructType => $"readObjectStart: expect {{ or n, but found {found}",
            ListType => $"decode slice: expect [ or n, but found {found}",
            MapType => $"decode map: expect {{ or n, but found {found}",
            ScalarType { Kind: ScalarKind.String } => $"ReadString: expects \" or n, but found {found}",
            ScalarType { Kind: ScalarKind.Bool } => $"ReadBool: expect t or f, but found {found}",
            _ => $"readUint32: unexpected character: {(body[start] < 128 ? "\ufffd" : found)}",
        };

        // The offending byte has been taken when the error is told.
        int head = start + 1;
        int from = Math.Max(head - Near, 0);
        return $"{problem}, error found in #{head - from} byte of ...|{Around(body, head, Near)}|..., bigger context ...|{Around(body, head, Far)}|...";
    }

    private static string Around(byte[] body, int head, int distance)
    {
        int from = Math.Max(head - distance, 0);
        int to = Math.Min(head + distance, body.Length);
        return Encoding.UTF8.GetString(body.AsSpan(from..to));
    }
}
