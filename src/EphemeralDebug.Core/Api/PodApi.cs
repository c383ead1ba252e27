using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api;

/// <summary>Pods and their subresources, as the API server offers them.</summary>
internal sealed class PodApi(ApiClient client)
{
    /// <summary>Pods per request of a list: large enough to be quick, small enough to hold.</summary>
    private const int ChunkSize = 500;

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

    /// <summary>Adds to the pod's ephemeral containers by strategic merge and returns the pod as it then is.</summary>
    public Task<JsonObject> PatchEphemeralContainersAsync(
        string podNamespace, string name, JsonObject patch, CancellationToken cancellationToken) =>
        client.PatchAsync(
            ApiPath.Pod(podNamespace, name, "ephemeralcontainers"),
            "application/strategic-merge-patch+json",
            patch,
            new ApiAction("patch", "pods/ephemeralcontainers", podNamespace, name),
            cancellationToken);

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

    /// <summary>All pods of a namespace, or of the cluster when it is null, in chunks.</summary>
    public async IAsyncEnumerable<PodResource> ListAsync(
        string? podNamespace, string? labelSelector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continueToken = null;
        do
        {
            PodListResource list = await ListChunkAsync(podNamespace, labelSelector, ChunkSize, continueToken, cancellationToken);
            foreach (PodResource pod in list.Items ?? [])
            {
                yield return pod;
            }

            continueToken = list.Metadata?.Continue;
        }
        while (!string.IsNullOrEmpty(continueToken));
    }

    /// <summary>The resource version of the whole list now: where a watch may start.</summary>
    public async Task<string> GetListVersionAsync(string podNamespace, CancellationToken cancellationToken)
    {
        PodListResource list = await ListChunkAsync(podNamespace, labelSelector: null, limit: 1, continueToken: null, cancellationToken);
        return list.Metadata?.ResourceVersion ?? "";
    }

    private Task<PodListResource> ListChunkAsync(
        string? podNamespace, string? labelSelector, int limit, string? continueToken, CancellationToken cancellationToken) =>
        client.GetAsync(
            ApiPath.WithQuery(
                ApiPath.Pods(podNamespace),
                new("limit", limit.ToString(CultureInfo.InvariantCulture)),
                new("continue", continueToken),
                new("labelSelector", labelSelector)),
            WireJson.Default.PodListResource,
            new ApiAction("list", "pods", podNamespace),
            cancellationToken);
}
