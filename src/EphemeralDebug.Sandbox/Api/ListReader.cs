using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>Answers lists: of one version, in chunks if asked, whole or as a table.</summary>
internal sealed class ListReader(ResponseWriter responses)
{
    /// <summary>Answers longer than this are compressed for those who accept it, as the API server does.</summary>
    private const int CompressionThreshold = 128 * 1024;

    /// <summary>Bytes that are gathered before they are sent.</summary>
    private const int FlushThreshold = 64 * 1024;

    private const string ContinueExpired =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    public Task ListAsync(ApiRequest request)
    {
        Negotiated negotiated = Negotiation.Negotiate(request.Http.Request);
        if (negotiated.Representation == Representation.PartialMetadata)
        {
            throw new ApiStatusException(new ApiStatus(
                406, "NotAcceptable", $"you requested PartialObjectMetadata, but the requested object is a list (*core.{request.Resource.Kind}List)"));
        }

        Page page = Select(request, ListOptions.Read(request));
        return negotiated switch
        {
            { Representation: Representation.Table } =>
                ResponseWriter.WriteAsync(request.Http, 200, negotiated, responses.Table(request, page.Metadata, page.Items)),
            { Representation: Representation.PartialMetadataList } =>
                ResponseWriter.WriteAsync(request.Http, 200, negotiated, List("PartialObjectMetadataList", "meta.k8s.io/v1", page, ResponseWriter.PartialMetadata)),
            { Yaml: true } =>
                ResponseWriter.WriteAsync(request.Http, 200, negotiated, List($"{request.Resource.Kind}List", request.Resource.ApiVersion, page, WithoutKind)),
            _ => WriteJsonAsync(request, page),
        };
    }

    /// <summary>The objects that a deletion of a collection is about.</summary>
    public static IReadOnlyList<StoredObject> SelectAll(ApiRequest request) => Select(request, ListOptions.Read(request)).Items;

    /// <summary>The list that a deletion of a collection answers with.</summary>
    public static Task WriteListAsync(ApiRequest request, IReadOnlyList<StoredObject> items)
    {
        ObjectSnapshot now = request.Resource.Store.Read();
        return WriteJsonAsync(request, new Page(Metadata(now.ResourceVersion), items));
    }

    private static Page Select(ApiRequest request, ListOptions options)
    {
        (ObjectSnapshot snapshot, string after) = SnapshotFor(request, options);
        string prefix = request.ObjectNamespace is { Length: > 0 } listNamespace ? $"{listNamespace}/" : "";
        IEnumerable<StoredObject> candidates = options.Fields.Name is { } name && prefix.Length > 0
            ? snapshot.Objects.TryGetValue(prefix + name, out StoredObject? only) ? [only] : []
            : snapshot.Objects
                .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(entry.Key, after) > 0)
                .Select(entry => entry.Value);
        JsonObject metadata = Metadata(snapshot.ResourceVersion);
        List<StoredObject> items = [];
        int remaining = 0;
        foreach (StoredObject candidate in candidates.Where(options.Selects))
        {
            if (options.Limit == 0 || items.Count < options.Limit)
            {
                items.Add(candidate);
            }
            else
            {
                remaining++;
            }
        }

        if (remaining > 0)
        {
            metadata["continue"] = new ContinueToken(snapshot.ResourceVersion, ObjectStore.Key(items[^1].Namespace, items[^1].Name)).Encode();
            if (options.Labels.IsEmpty && options.Fields.IsEmpty)
            {
                metadata["remainingItemCount"] = remaining;
            }
        }

        return new Page(metadata, items);
    }

    private static (ObjectSnapshot Snapshot, string After) SnapshotFor(ApiRequest request, ListOptions options)
    {
        ObjectStore store = request.Resource.Store;
        ObjectSnapshot current = store.Read();
        if (options.Continue.Length > 0)
        {
            if (options.ResourceVersion.Length > 0 && options.ResourceVersion != "0")
            {
                throw new ApiStatusException(ApiStatus.BadRequest("specifying resource version is not allowed when using continue"));
            }

            var token = ContinueToken.Decode(options.Continue);
            bool gone = request.Http.Features.Get<Expiry>() is { Kind: ExpiryKind.Expired };
            ObjectSnapshot? then = token.ResourceVersion == ContinueToken.Latest ? current
                : gone ? null
                : store.ReadAt(token.ResourceVersion);
            return (then ?? throw new ApiStatusException(ApiStatus.Expired(ContinueExpired) with
            {
                Continue = (token with { ResourceVersion = ContinueToken.Latest }).Encode(),
            }), token.After);
        }

        long? version = options.ParseResourceVersion();
        if (version > current.ResourceVersion)
        {
            throw new ApiStatusException(new ApiStatus(
                504, "Timeout", string.Create(CultureInfo.InvariantCulture, $"Too large resource version: {version}, current: {current.ResourceVersion}")));
        }

        bool exact = options.ResourceVersionMatch == "Exact" || (options.Limit > 0 && version > 0 && options.ResourceVersionMatch.Length == 0);
        return exact
            ? (store.ReadAt(version!.Value) ?? throw new ApiStatusException(ApiStatus.Expired("The resourceVersion for the provided list is too old.")), "")
            : (current, "");
    }

    private static JsonObject Metadata(long resourceVersion) =>
        new() { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture) };

    private static JsonObject List(string kind, string apiVersion, Page page, Func<StoredObject, JsonObject> item) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = apiVersion,
        ["metadata"] = page.Metadata,
        ["items"] = new JsonArray([.. page.Items.Select(item)]),
    };

    private static JsonObject WithoutKind(StoredObject stored)
    {
        JsonObject copy = stored.Value.Copy();
        copy.Remove("kind");
        copy.Remove("apiVersion");
        return copy;
    }

    /// <summary>Sends the items from the text that all readers share, so that a list of many pods costs little.</summary>
    private static async Task WriteJsonAsync(ApiRequest request, Page page)
    {
        HttpResponse response = request.Http.Response;
        response.ContentType = Negotiated.Json;
        long size = page.Items.Sum(item => (long)item.Json.Length);
        bool compress = size > CompressionThreshold
            && request.Http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (!compress)
        {
            await WriteItemsAsync(response.BodyWriter, request, page);
            return;
        }

        response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        var writer = PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true));
        await WriteItemsAsync(writer, request, page);
        await writer.CompleteAsync();
    }

    private static async Task WriteItemsAsync(PipeWriter writer, ApiRequest request, Page page)
    {
        string head = $"{{\"kind\":\"{request.Resource.Kind}List\",\"apiVersion\":\"{request.Resource.ApiVersion}\",\"metadata\":{ApiJson.ToText(page.Metadata)},\"items\":[";
        writer.Write(Encoding.UTF8.GetBytes(head));
        int unsent = 0;
        for (int index = 0; index < page.Items.Count; index++)
        {
            if (index > 0)
            {
                writer.Write(","u8);
            }

            ReadOnlyMemory<byte> item = page.Items[index].Json;
            writer.Write(item.Span);
            unsent += item.Length;
            if (unsent > FlushThreshold)
            {
                await writer.FlushAsync(request.Aborted);
                unsent = 0;
            }
        }

        writer.Write("]}\n"u8);
        await writer.FlushAsync(request.Aborted);
    }

    private sealed record Page(JsonObject Metadata, IReadOnlyList<StoredObject> Items);
}
