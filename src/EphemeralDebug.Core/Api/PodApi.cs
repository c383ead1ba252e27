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

    /// <summary>Creates a pod, or lets the server only say what it would do, and returns it as it then is.</summary>
    public Task<JsonObject> CreateAsync(string podNamespace, JsonObject pod, bool dryRun, CancellationToken cancellationToken) =>
        client.PostAsync(
            ApiPath.WithQuery(ApiPath.Pods(podNamespace), new KeyValuePair<string, string?>("dryRun", dryRun ? "All" : null)),
            pod,
            new ApiAction("create", "pods", podNamespace),
            cancellationToken);

    /// <summary>Deletes a pod.</summary>
    /// <param name="podNamespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="gracePeriodSeconds">The time for its processes to end, or null for the pod's own.</param>
    /// <param name="uid">Only the pod of this id is deleted, and no other one of the same name; null for any.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task DeleteAsync(
        string podNamespace, string name, long? gracePeriodSeconds, string? uid, CancellationToken cancellationToken)
    {
        var options = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1" };
        if (gracePeriodSeconds is { } seconds)
        {
            options["gracePeriodSeconds"] = seconds;
        }

        if (uid is not null)
        {
            options["preconditions"] = new JsonObject { ["uid"] = uid };
        }

        return client.DeleteAsync(
            ApiPath.Pod(podNamespace, name), options, new ApiAction("delete", "pods", podNamespace, name), cancellationToken);
    }

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
