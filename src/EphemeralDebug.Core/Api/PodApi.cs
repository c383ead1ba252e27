using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Listing;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api;

/// <summary>Pods and their subresources, as the API server offers them.</summary>
internal sealed class PodApi(ApiClient client)
{
    private readonly PodListFormat _listFormat = new();

    public Task<PodResource> GetAsync(string podNamespace, string name, CancellationToken cancellationToken) =>
        client.GetAsync(
            ApiPath.Pod(podNamespace, name),
            WireJson.Default.PodResource,
            new ApiAction("get", "pods", podNamespace, name),
            cancellationToken);

    /// <summary>The pod with all its fields, for a plan.</summary>
    public Task<JsonObject> GetObjectAsync(string podNamespace, string name, CancellationToken cancellationToken) =>
        client.GetObjectAsync(
            ApiPath.Pod(podNamespace, name), new ApiAction("get", "pods", podNamespace, name), cancellationToken);

    /// <summary>All pods of a namespace, or of the cluster when it is null, as they come in.</summary>
    public IAsyncEnumerable<PodResource> ListAsync(
        string? podNamespace, string? labelSelector, CancellationToken cancellationToken) =>
        ListAsync(new PodListQuery(podNamespace, labelSelector, OnlyWithEphemeralContainers: false), cancellationToken);

    /// <summary>
    /// The pods of a namespace, or of the cluster when it is null, that have ephemeral containers. The others cost next to
    /// nothing here, however many there are.
    /// </summary>
    public IAsyncEnumerable<PodResource> ListWithEphemeralContainersAsync(
        string? podNamespace, string? labelSelector, CancellationToken cancellationToken) =>
        ListAsync(new PodListQuery(podNamespace, labelSelector, OnlyWithEphemeralContainers: true), cancellationToken);

    /// <summary>The resource version of the whole list now: where a watch may start.</summary>
    public async Task<string> GetListVersionAsync(string podNamespace, CancellationToken cancellationToken)
    {
        PodListResource list = await client.GetAsync(
            ApiPath.WithQuery(ApiPath.Pods(podNamespace), new KeyValuePair<string, string?>("limit", "1")),
            WireJson.Default.PodListResource,
            new ApiAction("list", "pods", podNamespace),
            cancellationToken);
        return list.Metadata?.ResourceVersion ?? "";
    }

    private async IAsyncEnumerable<PodResource> ListAsync(
        PodListQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var cursor = new PodListCursor(client, _listFormat, query, cancellationToken);
        while (await cursor.NextAsync() is { } pod)
        {
            yield return pod;
        }
    }
}
