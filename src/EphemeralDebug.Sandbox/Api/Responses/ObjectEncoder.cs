using System.Text;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Responses;

/// <summary>
/// The bytes of stored objects, whole or their metadata alone, as JSON or protobuf: made from encodings that all readers
/// of an object share.
/// </summary>
internal sealed class ObjectEncoder(ResourceDefinition resource, Negotiated negotiated)
{
    private readonly StructType? _message = negotiated.Format == Format.Protobuf ? resource.Message : null;
    private readonly bool _partial = negotiated.Representation is Representation.PartialMetadata or Representation.PartialMetadataList;

    public string Kind => _partial ? "PartialObjectMetadata" : resource.Kind;

    public string ApiVersion => _partial ? negotiated.MetaApiVersion : resource.ApiVersion;

    /// <summary>What comes before each item of a list in JSON. Whole objects do not tell their kind there.</summary>
    public byte[] ItemHead => _partial ? Encoding.UTF8.GetBytes($"{{\"kind\":\"{Kind}\",\"apiVersion\":\"{ApiVersion}\",\"metadata\":") : [];

    public ReadOnlyMemory<byte> ItemTail => _partial ? "}"u8.ToArray() : ReadOnlyMemory<byte>.Empty;

    /// <summary>An item of a list, without what is the same for all of them.</summary>
    public ReadOnlyMemory<byte> Item(StoredObject stored)
    {
        if (_message is not null)
        {
            ReadOnlyMemory<byte> message = stored.Protobuf(_message);
            return _partial ? ProtobufEnvelope.Metadata(message) : message;
        }

        return _partial ? stored.MetadataJson : stored.Json;
    }

    /// <summary>An object by itself.</summary>
    public byte[] Document(StoredObject stored)
    {
        ReadOnlyMemory<byte> item = Item(stored);
        if (negotiated.Format == Format.Protobuf)
        {
            return ProtobufEnvelope.Wrap(ApiVersion, Kind, item.Span);
        }

        return _partial
            ? [.. ItemHead, .. item.Span, (byte)'}']
            : [.. Encoding.UTF8.GetBytes($"{{\"kind\":\"{Kind}\",\"apiVersion\":\"{ApiVersion}\","), .. item.Span[1..]];
    }
}
