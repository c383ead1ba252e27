using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Schema;

/// <summary>A value has another JSON type than its field; the message is the one the API server gives.</summary>
internal sealed class TypeMismatchException(string message) : Exception(message);

/// <summary>Which of the API server's two decoders speaks when a document does not fit the type.</summary>
internal enum DecoderDialect
{
    /// <summary>A document that arrived as JSON: bodies, JSON patches and merge patches.</summary>
    Json,

    /// <summary>A document that is already in memory: the outcome of a strategic merge patch.</summary>
    Unstructured,
}

/// <summary>
/// Turns a JSON document into the API object that the server would keep: known fields in their order, zero values left
/// out, unknown fields dropped and told of.
/// </summary>
internal sealed class TypedDecoder
{
    private readonly DecoderDialect _dialect;
    private readonly List<string> _unknown = [];
    private string? _firstMismatch;

    private TypedDecoder(DecoderDialect dialect) => _dialect = dialect;

    /// <summary>The object, and the paths of the fields that its type does not have.</summary>
    /// <exception cref="TypeMismatchException">A value has another type than its field.</exception>
    public static JsonObject Decode(
        StructType type, JsonObject document, DecoderDialect dialect, out IReadOnlyList<string> unknownFields)
    {
        var decoder = new TypedDecoder(dialect);
        JsonObject result = decoder.DecodeStruct(type, document, new Place("", "", type.StructName));
        if (decoder._firstMismatch is { } message)
        {
            throw new TypeMismatchException(message);
        }

        unknownFields = decoder._unknown;
        return result;
    }

    private JsonObject DecodeStruct(StructType type, JsonObject document, Place place)
    {
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        if (_dialect == DecoderDialect.Json)
        {
            DecodeInDocumentOrder(type, document, place, values);
        }
        else
        {
            DecodeInTypeOrder(type, document, place, values);
        }

        var result = new JsonObject();
        foreach (SchemaField field in type.Fields)
        {
            JsonNode? value = values.GetValueOrDefault(field.Name) ?? (field.Pointer ? null : Zero(field.Type));
            if (!field.Optional || !IsZero(value, field))
            {
                result[field.Name] = value;
            }
        }

        return result;
    }

    private void DecodeInDocumentOrder(StructType type, JsonObject document, Place place, Dictionary<string, JsonNode?> values)
    {
        foreach ((string name, JsonNode? value) in document)
        {
            if (type.Find(name) is not { } field)
            {
                _unknown.Add(place.Child(name));
            }
            else
            {
                values[name] = DecodeValue(field.Type, value, place.Field(type, field));
            }
        }
    }

    private void DecodeInTypeOrder(StructType type, JsonObject document, Place place, Dictionary<string, JsonNode?> values)
    {
        foreach (SchemaField field in type.Fields)
        {
            if (document.TryGetPropertyValue(field.Name, out JsonNode? value))
            {
                values[field.Name] = DecodeValue(field.Type, value, place.Field(type, field));
            }
        }

        _unknown.AddRange(document
            .Select(entry => entry.Key)
            .Where(name => type.Find(name) is null)
            .Order(StringComparer.Ordinal)
            .Select(place.Child));
    }

    private JsonNode? DecodeValue(SchemaType type, JsonNode? value, Place place)
    {
        if (value is null)
        {
            return null;
        }

        switch (type)
        {
            case StructType structure when value is JsonObject fields:
                return DecodeStruct(structure, fields, place);
            case ListType list when value is JsonArray items:
                return new JsonArray([.. items.Select((item, index) =>
                    DecodeValue(list.Element, item, place.Item(index)) ?? Zero(list.Element))]);
            case MapType map when value is JsonObject entries:
                return new JsonObject(entries.Select(entry => KeyValuePair.Create(
                    entry.Key, DecodeValue(map.Value, entry.Value, place.Entry(entry.Key)) ?? Zero(map.Value))));
            case ScalarType scalar when Matches(scalar, value):
                return value.DeepClone();
            case OpaqueType opaque:
                return DecodeOpaque(opaque, value);
            default:
                _firstMismatch ??= DescribeMismatch(type, value, place);
                return null;
        }
    }

    private static JsonNode DecodeOpaque(OpaqueType type, JsonNode value) =>
        type.Name == "resource.Quantity" && value.GetValueKind() == JsonValueKind.Number
            ? JsonValue.Create(value.ToJsonString())
            : value.DeepClone();

    private static bool Matches(ScalarType type, JsonNode value) => type.Kind switch
    {
        ScalarKind.String => value.GetValueKind() == JsonValueKind.String,
        ScalarKind.Bool => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        ScalarKind.Int32 => value.AsInteger() is >= int.MinValue and <= int.MaxValue,
        _ => value.AsInteger() is not null,
    };

    private string DescribeMismatch(SchemaType type, JsonNode value, Place place) =>
        _dialect == DecoderDialect.Json
            ? $"json: cannot unmarshal {JsonKind(value)} into Go struct field {place.Struct}.{place.FieldStack} of type {type.Name}"
            : type switch
            {
                StructType => $"cannot restore struct from: {GoKind(value)}",
                ListType => $"cannot restore slice from {GoKind(value)}",
                MapType => $"cannot restore map from {GoKind(value)}",
                ScalarType scalar when IsConvertible(scalar, value) => $"cannot convert {GoType(value)} to {scalar.Name}",
                ScalarType scalar => $"unrecognized type: {scalar.KindName}",
                _ => $"unrecognized type: {type.Name}",
            };

    private static bool IsConvertible(ScalarType type, JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number
        && (type.Kind is ScalarKind.Int32 or ScalarKind.Int64 || (type.Kind == ScalarKind.String && value.AsInteger() is not null));

    /// <summary>What Go's JSON library calls a value.</summary>
    public static string JsonKind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.AsInteger() is null ? $"number {value.ToJsonString()}" : "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private static string GoKind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Array => "slice",
        JsonValueKind.Object => "map",
        _ => GoType(value),
    };

    private static string GoType(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.AsInteger() is null ? "float64" : "int64",
        _ => "bool",
    };

    private static JsonNode? Zero(SchemaType type) => type switch
    {
        ScalarType { Kind: ScalarKind.String } => JsonValue.Create(""),
        ScalarType { Kind: ScalarKind.Bool } => JsonValue.Create(false),
        ScalarType => JsonValue.Create(0L),
        StructType structure => ZeroStruct(structure),
        OpaqueType { Name: "resource.Quantity" } => JsonValue.Create("0"),
        _ => null,
    };

    private static JsonObject ZeroStruct(StructType type)
    {
        var result = new JsonObject();
        foreach (SchemaField field in type.Fields)
        {
            JsonNode? value = field.Pointer ? null : Zero(field.Type);
            if (!field.Optional || !IsZero(value, field))
            {
                result[field.Name] = value;
            }
        }

        return result;
    }

    /// <summary>A structure is never left out unless it is behind a pointer, nor is a pointer to a zero value.</summary>
    private static bool IsZero(JsonNode? value, SchemaField field) => value switch
    {
        null => true,
        _ when field.Pointer => false,
        JsonArray list => list.Count == 0,
        JsonObject map => field.Type is MapType && map.Count == 0,
        _ when value.GetValueKind() == JsonValueKind.String => value.AsText()!.Length == 0 && field.Type is ScalarType,
        _ when value.GetValueKind() == JsonValueKind.False => true,
        _ => field.Type is ScalarType && value.AsInteger() == 0,
    };

    /// <summary>Where in a document a value stands, in the words of both decoders.</summary>
    private readonly record struct Place(string Path, string FieldStack, string Struct)
    {
        public string Child(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

        public Place Item(int index) => this with { Path = $"{Path}[{index}]" };

        public Place Entry(string key) => this with { Path = Child(key), FieldStack = $"{FieldStack}.{key}" };

        public Place Field(StructType type, SchemaField field)
        {
            string step = field.Embedded is null ? field.Name : $"{field.Embedded}.{field.Name}";
            return new Place(Child(field.Name), FieldStack.Length == 0 ? step : $"{FieldStack}.{step}", type.StructName);
        }
    }
}
