using System.Globalization;

namespace EphemeralDebug.Api.Listing;

/// <summary>Which pods to list.</summary>
/// <param name="Namespace">Those of a namespace, or of the whole cluster when it is null.</param>
/// <param name="LabelSelector">Those with these labels, or all when it is null.</param>
/// <param name="OnlyWithEphemeralContainers">Those that have an ephemeral container; of the others no object is made.</param>
internal sealed record PodListQuery(string? Namespace, string? LabelSelector, bool OnlyWithEphemeralContainers)
{
    /// <summary>Pods per request: large enough to be quick, small enough for a server to hold.</summary>
    private const int ChunkSize = 500;

    public ApiAction Action { get; } = new("list", "pods", Namespace);

    /// <summary>The path of a chunk.</summary>
    /// <param name="continueToken">The token that the chunk before it gave, or null for the first.</param>
    public string PathOf(string? continueToken) => ApiPath.WithQuery(
        ApiPath.Pods(Namespace),
        new("limit", ChunkSize.ToString(CultureInfo.InvariantCulture)),
        new("continue", continueToken),
        new("labelSelector", LabelSelector));
}
