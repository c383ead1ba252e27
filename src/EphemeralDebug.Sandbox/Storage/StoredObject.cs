using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Storage;

/// <summary>
/// One version of one object. It is shared between all its readers and must never be changed; its JSON text is made
/// once, by the first reader that needs it, however many lists and watches send it.
/// </summary>
internal sealed class StoredObject(JsonObject value, long resourceVersion)
{
    private readonly Lazy<byte[]> _fields = new(() => Serialize(value), LazyThreadSafetyMode.PublicationOnly);

    public JsonObject Value { get; } = value;

    public long ResourceVersion { get; } = resourceVersion;

    public string? Namespace { get; } = (string?)value["metadata"]?["namespace"];

    public string Name { get; } = (string?)value["metadata"]?["name"] ?? "";

    /// <summary>The object as JSON without kind and apiVersion, as the API server shows the items of a list.</summary>
    public ReadOnlyMemory<byte> Json => _fields.Value;

    private static byte[] Serialize(JsonObject value)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, Serialization.ApiJson.WriterOptions))
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
}
