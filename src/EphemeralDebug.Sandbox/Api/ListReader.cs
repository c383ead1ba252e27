using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>Answers lists: of one version, in chunks if asked, whole or as a table.</summary>
internal sealed class ListReader(ResponseWriter responses)
{
    private const string ContinueExpired =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    public Task ListAsync(ApiRequest request)
    {
        Negotiated negotiated = Negotiation.Negotiate(request.Http.Request, Offer.Collections, request.Resource.Message is not null);
        if (negotiated.Representation == Representation.PartialMetadata)
        {
            throw new ApiStatusException(new ApiStatus(
                406, "NotAcceptable", $"you requested PartialObjectMetadata, but the requested object is a list (*core.{request.Resource.Kind}List)"));
        }

        ObjectList list = Select(request, ListOptions.Read(request));
        return negotiated switch
        {
            { Representation: Representation.Table } =>
                ResponseWriter.WriteAsync(request.Http, 200, negotiated, responses.Table(request, negotiated, list.Metadata, list.Items)),
            { Representation: Representation.PartialMetadataList, Format: Format.Yaml } =>
                ResponseWriter.WriteAsync(
                    request.Http,
                    200,
                    negotiated,
                    List("PartialObjectMetadataList", negotiated.MetaApiVersion, list, item => ResponseWriter.PartialMetadata(negotiated, item))),
            { Format: Format.Yaml } =>
                ResponseWriter.WriteAsync(request.Http, 200, negotiated, List($"{request.Resource.Kind}List", request.Resource.ApiVersion, list, WithoutKind)),
            _ => new ListWriter(request, negotiated).WriteAsync(list),
        };
    }

    /// <summary>The objects that a deletion of a collection is about.</summary>
    public static IReadOnlyList<StoredObject> SelectAll(ApiRequest request) => Select(request, ListOptions.Read(request)).Items;

    /// <summary>The list that a deletion of a collection answers with.</summary>
    public static Task WriteListAsync(ApiRequest request, IReadOnlyList<StoredObject> items)
    {
        ObjectSnapshot now = request.Resource.Store.Read();
        return new ListWriter(request, default).WriteAsync(new ObjectList(Metadata(now.ResourceVersion), items));
    }

    private static ObjectList Select(ApiRequest request, ListOptions options)
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

        // How many are left is told only where nothing has to be looked at for that.
        bool selective = !options.Labels.IsEmpty || !options.Fields.IsEmpty;
        foreach (StoredObject candidate in candidates.Where(options.Selects))
        {
            if (options.Limit == 0 || items.Count < options.Limit)
            {
                items.Add(candidate);
            }
            else
            {
                remaining++;
                if (selective)
                {
                    break;
                }
            }
        }

        if (remaining > 0)
        {
            metadata["continue"] = new ContinueToken(snapshot.ResourceVersion, ObjectStore.Key(items[^1].Namespace, items[^1].Name)).Encode();
            if (!selective)
            {
                metadata["remainingItemCount"] = remaining;
            }
        }

        return new ObjectList(metadata, items);
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
            throw new ApiStatusException(TooLarge(version.Value, current.ResourceVersion));
        }

        bool exact = options.ResourceVersionMatch == "Exact" || (options.Limit > 0 && version > 0 && options.ResourceVersionMatch.Length == 0);
        return exact
            ? (store.ReadAt(version!.Value) ?? throw new ApiStatusException(ApiStatus.Expired("The resourceVersion for the provided list is too old.")), "")
            : (current, "");
    }

    private static ApiStatus TooLarge(long asked, long current) => new(
        504,
        "Timeout",
        string.Create(CultureInfo.InvariantCulture, $"Timeout: Too large resource version: {asked}, current: {current}"))
    {
        Details = new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        },
    };

    private static JsonObject Metadata(long resourceVersion) =>
        new() { ["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture) };

    private static JsonObject List(string kind, string apiVersion, ObjectList list, Func<StoredObject, JsonObject> item) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = apiVersion,
        ["metadata"] = list.Metadata,
        ["items"] = new JsonArray([.. list.Items.Select(item)]),
    };

    private static JsonObject WithoutKind(StoredObject stored)
    {
        JsonObject copy = stored.Value.Copy();
        copy.Remove("kind");
        copy.Remove("apiVersion");
        return copy;
    }
}
