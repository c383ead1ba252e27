using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api;

/// <summary>
/// The subresource <c>pods/ephemeralcontainers</c> in both of its forms. Which one a server has is remembered once an
/// answer or discovery has told it; nothing is asked ahead of need.
/// </summary>
internal sealed class EphemeralContainersApi(ApiClient client)
{
    /// <summary>The kind of the document that servers of 1.16 to 1.21 take in place of a Pod.</summary>
    public const string LegacyKind = "EphemeralContainers";

    private const string Resource = "pods/ephemeralcontainers";

    /// <summary>What is known of the server's form.</summary>
    public EphemeralContainersForm Form { get; private set; }

    /// <summary>
    /// The server's form, from discovery unless an answer has told it already; unknown where discovery is not allowed.
    /// </summary>
    public async Task<EphemeralContainersForm> DiscoverAsync(CancellationToken cancellationToken)
    {
        // A feature that was off may have been switched on since.
        if (Form is EphemeralContainersForm.Unknown or EphemeralContainersForm.NotServed)
        {
            try
            {
                ResourceListResource list = await client.GetAsync(
                    "api/v1", WireJson.Default.ResourceListResource, new ApiAction("get", "/api/v1"), cancellationToken);
                Form = FormIn(list);
            }
            catch (KubernetesStatusException exception) when (exception.Kind is FailureKind.PermissionDenied)
            {
                return EphemeralContainersForm.Unknown;
            }
        }

        return Form;
    }

    /// <summary>
    /// Adds to a pod's list by strategic merge and returns the pod as it then is, or in a dry run would be. A server of the legacy form answers
    /// with its own kind and adds nothing; <see cref="Form"/> tells.
    /// </summary>
    public async Task<JsonObject> PatchAsync(
        string podNamespace, string pod, JsonObject patch, bool dryRun, CancellationToken cancellationToken)
    {
        JsonObject answer = await client.PatchAsync(
            Path(podNamespace, pod, dryRun), PatchType.StrategicMerge, patch, Action("patch", podNamespace, pod), cancellationToken);
        Form = (string?)answer["kind"] is LegacyKind ? EphemeralContainersForm.Legacy : EphemeralContainersForm.Pod;
        return answer;
    }

    /// <summary>Reads the document of a legacy server: the whole list and its resourceVersion.</summary>
    public Task<JsonObject> GetLegacyAsync(string podNamespace, string pod, CancellationToken cancellationToken) =>
        client.GetObjectAsync(Path(podNamespace, pod), Action("get", podNamespace, pod), cancellationToken);

    /// <summary>Replaces the document of a legacy server. A resourceVersion in it that is not current is a conflict.</summary>
    public Task<JsonObject> PutLegacyAsync(
        string podNamespace, string pod, JsonObject document, bool dryRun, CancellationToken cancellationToken) =>
        client.PutAsync(Path(podNamespace, pod, dryRun), document, Action("update", podNamespace, pod), cancellationToken);

    /// <summary>Changes the document of a legacy server by JSON patch.</summary>
    public Task<JsonObject> PatchLegacyAsync(
        string podNamespace, string pod, JsonArray patch, bool dryRun, CancellationToken cancellationToken) =>
        client.PatchAsync(
            Path(podNamespace, pod, dryRun), "application/json-patch+json", patch, Action("patch", podNamespace, pod), cancellationToken);

    private static EphemeralContainersForm FormIn(ResourceListResource list) =>
        list.Resources?.Find(static r => r.Name is Resource)?.Kind switch
        {
            null => EphemeralContainersForm.NotServed,
            LegacyKind => EphemeralContainersForm.Legacy,
            _ => EphemeralContainersForm.Pod,
        };

    private static string Path(string podNamespace, string pod, bool dryRun = false) => ApiPath.WithQuery(
        ApiPath.EphemeralContainers(podNamespace, pod), KeyValuePair.Create("dryRun", dryRun ? "All" : null));

    private static ApiAction Action(string verb, string podNamespace, string pod) => new(verb, Resource, podNamespace, pod);
}
