using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api.Responses;

/// <summary>Writes the events of a watch: JSON one a line, protobuf in frames.</summary>
internal sealed class EventWriter(ApiRequest request, ResponseWriter responses, Negotiated negotiated)
{
    private readonly ObjectEncoder _encoder = new(request.Resource, negotiated);
    private bool _columnsSent;

    public void Write(string type, StoredObject stored) =>
        WriteEvent(type, negotiated.Representation == Representation.Table ? Table(stored) : _encoder.Document(stored));

    /// <summary>Tells the version that the watch has come to: an object with nothing else, shown as all others are.</summary>
    public void WriteBookmark(long resourceVersion, string? annotation)
    {
        var metadata = new JsonObject { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture) };
        if (annotation is not null)
        {
            metadata["annotations"] = new JsonObject { [annotation] = "true" };
        }

        var bookmark = new JsonObject { ["metadata"] = metadata };
        if (request.Resource.Kind == "Pod")
        {
            bookmark["spec"] = new JsonObject { ["containers"] = null };
            bookmark["status"] = new JsonObject();
        }

        Write("BOOKMARK", new StoredObject(bookmark, resourceVersion));
    }

    public async Task WriteErrorAsync(ApiStatus status, CancellationToken cancellationToken)
    {
        WriteEvent("ERROR", ResponseWriter.Encode(negotiated, status.ToJson()));
        await FlushAsync(cancellationToken);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) =>
        await request.Http.Response.BodyWriter.FlushAsync(cancellationToken);

    private byte[] Table(StoredObject stored)
    {
        var metadata = new JsonObject { ["resourceVersion"] = stored.Value.Object("metadata").Text("resourceVersion") };
        JsonObject table = responses.Table(request, negotiated, metadata, [stored], withColumns: !_columnsSent);
        _columnsSent = true;
        return Encoding.UTF8.GetBytes(ApiJson.ToText(table));
    }

    private void WriteEvent(string type, ReadOnlySpan<byte> document)
    {
        IBufferWriter<byte> writer = request.Http.Response.BodyWriter;
        if (negotiated.Format == Format.Protobuf)
        {
            writer.Write(ProtobufEnvelope.Frame(type, document));
            return;
        }

        writer.Write(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"));
        writer.Write(document.TrimEnd((byte)'\n'));
        writer.Write("}\n"u8);
    }
}
