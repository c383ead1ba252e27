using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Storage;

/// <summary>
/// One version of one object. It is shared between all its readers and must never be changed; its encodings are made
/// once, by the first reader that needs them, however many lists and watches send them.
/// </summary>
internal sealed class StoredObject
{
    private readonly JsonObject? _value;
    private readonly WeakReference<JsonObject> _parsed = new(null!);
    private byte[]? _json;
    private byte[]? _protobuf;
    private JsonObject? _labels;
    private string? _controller;

    /// <summary>An object that is held as a tree.</summary>
    public StoredObject(JsonObject value, long resourceVersion)
    {
        _value = value;
        ResourceVersion = resourceVersion;
        Namespace = value.Object("metadata").Text("namespace");
        Name = value.Object("metadata").Text("name") ?? "";
    }

    private StoredObject(string? objectNamespace, string name, long resourceVersion, byte[] json, byte[] protobuf)
    {
        Namespace = objectNamespace;
        Name = name;
        ResourceVersion = resourceVersion;
        _json = json;
        _protobuf = protobuf;
    }

    /// <summary>The object; of one that is held as text, made anew when nobody has it.</summary>
    public JsonObject Value => _value ?? Parse();

    public long ResourceVersion { get; }

    public string? Namespace { get; }

    public string Name { get; }

    /// <summary>The object's labels; null when it has none.</summary>
    public JsonObject? Labels => _value is null
        ? LazyInitializer.EnsureInitialized(ref _labels, () => JsonNode.Parse(MetadataJson.Span).Object("labels")?.Copy() ?? [])
        : _value.Object("metadata").Object("labels");

    /// <summary>The uid of the object that controls this one (metadata.ownerReferences); null when none does.</summary>
    public string? Controller => LazyInitializer.EnsureInitialized(ref _controller, FindController) is { Length: > 0 } uid ? uid : null;

    /// <summary>The object as JSON without kind and apiVersion, as the API server shows the items of a list.</summary>
    public ReadOnlyMemory<byte> Json => _json ??= Serialize(Value);

    /// <summary>The object's metadata as JSON.</summary>
    public ReadOnlyMemory<byte> MetadataJson => FindMetadata(Json);

    /// <summary>
    /// An object that is held as its encodings, which take a small part of the room of a tree: for very many of them.
    /// </summary>
    /// <param name="value">The object, without kind and apiVersion.</param>
    /// <param name="type">The object's type.</param>
    /// <param name="resourceVersion">Its version, which the object names too.</param>
    public static StoredObject Encode(JsonObject value, StructType type, long resourceVersion)
    {
        JsonObject? metadata = value.Object("metadata");
        return new StoredObject(
            metadata.Text("namespace"), metadata.Text("name") ?? "", resourceVersion, Serialize(value), ProtobufWriter.Write(type, value));
    }

    /// <summary>The object as a protobuf message of its type.</summary>
    public ReadOnlyMemory<byte> Protobuf(StructType type) => _protobuf ??= ProtobufWriter.Write(type, Value);

    private string FindController()
    {
        JsonNode? metadata = _value is null ? JsonNode.Parse(MetadataJson.Span) : _value.Object("metadata");
        return metadata.Items("ownerReferences").FirstOrDefault(reference => reference.Flag("controller") == true).Text("uid") ?? "";
    }

    private JsonObject Parse()
    {
        if (!_parsed.TryGetTarget(out JsonObject? value))
        {
            value = (JsonObject)JsonNode.Parse(_json)!;
            _parsed.SetTarget(value);
        }

        return value;
    }

    private static byte[] Serialize(JsonObject value)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, ApiJson.WriterOptions))
        {
            writer.WriteStartObject();
            foreach ((string name, JsonNode? field) in value)
            {
                if (name is "kind" or "apiVersion")
                {
                    continue;
                }

                writer.WritePropertyName(name);
                if (field is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    field.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static ReadOnlyMemory<byte> FindMetadata(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
            {
                return json[start..(int)reader.BytesConsumed];
            }
        }

        return "{}"u8.ToArray();
    }
}
