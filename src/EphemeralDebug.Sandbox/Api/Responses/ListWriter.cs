using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api.Responses;

/// <summary>Objects, and the metadata of their list.</summary>
internal sealed record ObjectList(JsonObject Metadata, IReadOnlyList<StoredObject> Items);

/// <summary>Sends lists item by item, so that many objects take little more time than their bytes.</summary>
internal sealed class ListWriter(ApiRequest request, Negotiated negotiated)
{
    private readonly ObjectEncoder _encoder = new(request.Resource, negotiated);

    private HttpContext Http => request.Http;

    private string Kind => $"{_encoder.Kind}List";

    public Task WriteAsync(ObjectList list) => negotiated switch
    {
        { Format: Format.Protobuf } => WriteProtobufAsync(list),
        { Pretty: true } => WriteIndentedAsync(list),
        _ => WriteJsonAsync(list),
    };

    private async Task WriteJsonAsync(ObjectList list)
    {
        byte[] itemHead = _encoder.ItemHead;
        ReadOnlyMemory<byte> itemTail = _encoder.ItemTail;
        await using ResponseBody body = Open(list);
        string head = $"{{\"kind\":\"{Kind}\",\"apiVersion\":\"{_encoder.ApiVersion}\",\"metadata\":{ApiJson.ToText(list.Metadata)},\"items\":[";
        body.Writer.Write(Encoding.UTF8.GetBytes(head));
        for (int index = 0; index < list.Items.Count; index++)
        {
            if (index > 0)
            {
                body.Writer.Write(","u8);
            }

            body.Writer.Write(itemHead);
            body.Writer.Write(_encoder.Item(list.Items[index]).Span);
            body.Writer.Write(itemTail.Span);
            await body.FlushIfFullAsync(request.Aborted);
        }

        body.Writer.Write("]}\n"u8);
    }

    private async Task WriteIndentedAsync(ObjectList list)
    {
        byte[] itemHead = _encoder.ItemHead;
        ReadOnlyMemory<byte> itemTail = _encoder.ItemTail;
        await using ResponseBody body = Open(list);
        await using Utf8JsonWriter writer = IndentedJson.Open(body.Writer);
        writer.WriteStartObject();
        writer.WriteString("kind", Kind);
        writer.WriteString("apiVersion", _encoder.ApiVersion);
        writer.WritePropertyName("metadata");
        list.Metadata.WriteTo(writer);
        writer.WriteStartArray("items");
        foreach (StoredObject item in list.Items)
        {
            IndentedJson.Copy([.. itemHead, .. _encoder.Item(item).Span, .. itemTail.Span], writer);
            writer.Flush();
            await body.FlushIfFullAsync(request.Aborted);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private async Task WriteProtobufAsync(ObjectList list)
    {
        byte[] metadata = ProtobufEnvelope.ListMetadata(ProtobufWriter.Write(Negotiated.MessageOf("ListMeta"), list.Metadata));
        long length = metadata.Length;
        foreach (StoredObject item in list.Items)
        {
            int itemLength = _encoder.Item(item).Length;
            length += 1 + ProtobufEnvelope.VarintLength((ulong)itemLength) + itemLength;
        }

        await using var body = ResponseBody.Open(Http, negotiated.ContentType, length);
        body.Writer.Write(ProtobufEnvelope.Head(_encoder.ApiVersion, Kind, length));
        body.Writer.Write(metadata);
        foreach (StoredObject item in list.Items)
        {
            ReadOnlyMemory<byte> message = _encoder.Item(item);
            body.Writer.Write(ProtobufEnvelope.ItemHead(message.Length));
            body.Writer.Write(message.Span);
            await body.FlushIfFullAsync(request.Aborted);
        }

        body.Writer.Write(ProtobufEnvelope.Tail);
    }

    private ResponseBody Open(ObjectList list) =>
        ResponseBody.Open(Http, negotiated.ContentType, list.Items.Sum(item => (long)_encoder.Item(item).Length));
}
