using System.Globalization;
using System.Runtime.CompilerServices;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api;

/// <summary>Reads pods with the parts of their metadata that tell who made them.</summary>
internal sealed class TracedPodApi(ApiClient client)
{
    /// <summary>Pods per request of a list.</summary>
    private const int ChunkSize = 500;

    public Task<TracedPodResource> GetAsync(string podNamespace, string name, CancellationToken cancellationToken) =>
        client.GetAsync(
            ApiPath.Pod(podNamespace, name),
            WireJson.Default.TracedPodResource,
            new ApiAction("get", "pods", podNamespace, name),
            cancellationToken);

    /// <summary>All pods of a namespace, or of the cluster when it is null, in chunks.</summary>
    public async IAsyncEnumerable<TracedPodResource> ListAsync(
        string? podNamespace, string? labelSelector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continueToken = null;
        do
        {
            TracedPodListResource list = await client.GetAsync(
                ApiPath.WithQuery(
                    ApiPath.Pods(podNamespace),
                    new("limit", ChunkSize.ToString(CultureInfo.InvariantCulture)),
                    new("continue", continueToken),
                    new("labelSelector", labelSelector)),
                WireJson.Default.TracedPodListResource,
                new ApiAction("list", "pods", podNamespace),
                cancellationToken);
            foreach (TracedPodResource pod in list.Items ?? [])
            {
                yield return pod;
            }

            continueToken = list.Metadata?.Continue;
        }
        while (!string.IsNullOrEmpty(continueToken));
    }
}
