using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>Asks the server everything at once, and then about the pod's node. Nothing is changed by it.</summary>
internal sealed class PreflightReader(ClusterSession session, TimeSpan limit)
{
    private const string AccessReviews = "apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private const string SubjectReviews = "apis/authentication.k8s.io/v1/selfsubjectreviews";

    private readonly ApiClient _client = session.Client;

    public async Task<PreflightFacts> ReadAsync(PreflightSubject subject, CancellationToken cancellationToken)
    {
        Task<Answer<VersionResource>> version = AskAsync(
            token => _client.GetAsync("version", WireJson.Default.VersionResource, new ApiAction("get", "/version"), token), cancellationToken);
        Task<Answer<JsonObject>> discovery = GetAsync("api/v1", new ApiAction("get", "/api/v1"), cancellationToken);
        Task<Answer<JsonObject>> user = ReviewAsync(
            SubjectReviews, "authentication.k8s.io/v1", "SelfSubjectReview", spec: null, cancellationToken);
        Task<Answer<JsonObject>> space = GetAsync(
            ApiPath.Namespace(subject.Namespace), new ApiAction("get", "namespaces", Name: subject.Namespace), cancellationToken);
        Task<Answer<JsonObject>>? pod = subject.Pod is null ? null : GetAsync(
            ApiPath.Pod(subject.Namespace, subject.Pod), new ApiAction("get", "pods", subject.Namespace, subject.Pod), cancellationToken);
        Task<KeyValuePair<AccessRight, Answer<JsonObject>>[]> rights = AskForRightsAsync(subject, cancellationToken);
        Answer<JsonObject>? foundPod = pod is null ? null : await pod;
        return new PreflightFacts(subject)
        {
            Node = await NodeOfAsync(foundPod?.Value, cancellationToken),
            Version = await version,
            Discovery = await discovery,
            User = await user,
            Namespace = await space,
            Pod = foundPod,
            Rights = (await rights).ToDictionary(),
        };
    }

    private async Task<Answer<JsonObject>?> NodeOfAsync(JsonObject? pod, CancellationToken cancellationToken) =>
        pod?["spec"]?["nodeName"].Text() is { Length: > 0 } node
            ? await GetAsync(ApiPath.Node(node), new ApiAction("get", "nodes", Name: node), cancellationToken)
            : null;

    private Task<KeyValuePair<AccessRight, Answer<JsonObject>>[]> AskForRightsAsync(
        PreflightSubject subject, CancellationToken cancellationToken)
    {
        // Form and version are being asked at the same time: every right that any server needs is asked for.
        IEnumerable<AccessRight> rights = Capability.All(form: null, version: null).SelectMany(capability => capability.Rights).Distinct();
        return Task.WhenAll(rights.Select(async right =>
        {
            var spec = new JsonObject { ["resourceAttributes"] = right.ToAttributes(subject.Namespace, subject.Pod) };
            return KeyValuePair.Create(right, await ReviewAsync(
                AccessReviews, "authorization.k8s.io/v1", "SelfSubjectAccessReview", spec, cancellationToken));
        }));
    }

    private Task<Answer<JsonObject>> ReviewAsync(
        string path, string apiVersion, string kind, JsonObject? spec, CancellationToken cancellationToken)
    {
        var question = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        if (spec is not null)
        {
            question["spec"] = spec;
        }

        var action = new ApiAction("create", path[(path.LastIndexOf('/') + 1)..]);
        return AskAsync(token => _client.ReviewAsync(path, question, action, token), cancellationToken);
    }

    private Task<Answer<JsonObject>> GetAsync(string path, ApiAction action, CancellationToken cancellationToken) =>
        AskAsync(token => _client.GetObjectAsync(path, action, token), cancellationToken);

    /// <summary>A question that fails is an answer, too.</summary>
    private async Task<Answer<T>> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        try
        {
            return new Answer<T>(await ask(limited.Token), Failure: null);
        }
        catch (EphemeralDebugException exception)
        {
            return new Answer<T>(Value: null, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Answer<T>(Value: null, new EphemeralDebugException(
                ConnectionErrors.TimedOutId,
                FailureKind.Timeout,
                $"{session.Server.GetLeftPart(UriPartial.Authority)} did not answer within {limit.TotalSeconds:0.#} s.",
                "Check that the server is up and reachable, or give it longer with -TimeoutSec."));
        }
    }
}
