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

    /// <summary>Adds to the pod's ephemeral containers by strategic merge and returns the pod as it then is, or would be.</summary>
    public Task<JsonObject> PatchEphemeralContainersAsync(
        string podNamespace, string name, JsonObject patch, bool dryRun, CancellationToken cancellationToken) =>
        client.PatchAsync(
            ApiPath.WithQuery(
                ApiPath.Pod(podNamespace, name, "ephemeralcontainers"), KeyValuePair.Create("dryRun", dryRun ? "All" : null)),
            "application/strategic-merge-patch+json",
            patch,
            new ApiAction("patch", "pods/ephemeralcontainers", podNamespace, name),
            cancellationToken);

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
