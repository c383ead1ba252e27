using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>
/// Adds ephemeral containers in the form that the server has. The first request is the modern one, which a legacy
/// server answers with its own kind and without any effect; so a modern server is never asked more than once.
/// </summary>
/// <param name="session">The cluster.</param>
/// <param name="warn">Told what the user should know about what was done, or null.</param>
internal sealed class ContainerAdder(ClusterSession session, Action<string>? warn = null)
{
    private readonly EphemeralContainersApi _api = session.EphemeralContainers;

    /// <summary>
    /// Refuses, before anything is sent, what is known not to be possible on this server. A server whose version is known
    /// to be old is asked for its form; any other one tells it by its first answer.
    /// </summary>
    /// <exception cref="EphemeralDebugException">The feature is off, or the server's form allows no security context.</exception>
    public async Task CheckAsync(ContainerAddition addition, CancellationToken cancellationToken)
    {
        EphemeralContainersForm form = IsOlderThanPodForm(session.ServerVersion)
            ? await _api.DiscoverAsync(cancellationToken)
            : _api.Form;
        if (form is EphemeralContainersForm.NotServed)
        {
            throw FeatureErrors.Disabled(session, cause: null);
        }

        if (form is EphemeralContainersForm.Legacy && addition is { HasSecurityContext: true, NeedsSecurityContext: true })
        {
            throw FeatureErrors.NoSecurityContext(addition);
        }
    }

    /// <summary>Lets the server judge the addition as if it were carried out. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">The server would refuse it; the error is the one that it would give.</exception>
    public async Task TryAsync(ContainerAddition addition, CancellationToken cancellationToken)
    {
        // A legacy server judges the list alone and returns no pod.
        if (await SendAsync(addition, dryRun: true, cancellationToken) is { } pod)
        {
            RequireAll(pod, addition);
        }
    }

    /// <summary>Adds the containers and returns the pod as it then is. It cannot be taken back.</summary>
    public async Task<PodResource> AddAsync(ContainerAddition addition, CancellationToken cancellationToken) =>
        RequireAll(await SendOrFindAsync(addition, cancellationToken), addition);

    private static PodResource RequireAll(PodResource pod, ContainerAddition addition) =>
        HasAll(pod, addition)
            ? pod
            : throw new EphemeralDebugException(
                "ContainerNotAdded",
                FailureKind.Protocol,
                $"The server accepted the change of pod '{addition.Namespace}/{addition.Pod}' but added no container.",
                "Look for an admission webhook of the cluster that takes ephemeral containers away.");

    /// <summary>
    /// Sends the change. When the answer is lost, the pod tells whether it took effect; when it did not, it is sent once
    /// more, which does no harm even if the first one arrives late: the same container again is never added twice.
    /// </summary>
    private async Task<PodResource> SendOrFindAsync(ContainerAddition addition, CancellationToken cancellationToken)
    {
        try
        {
            return await AddOnceAsync(addition, cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId or ConnectionErrors.TimedOutId)
        {
            PodResource pod = await ReadAfterLossAsync(addition, exception, cancellationToken);
            return HasAll(pod, addition) ? pod : await AddOnceAsync(addition, cancellationToken);
        }
    }

    private async Task<PodResource> ReadAfterLossAsync(
        ContainerAddition addition, EphemeralDebugException loss, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Pods.GetAsync(addition.Namespace, addition.Pod, cancellationToken);
        }
        catch (EphemeralDebugException)
        {
            throw new EphemeralDebugException(
                "ChangeNotConfirmed",
                loss.Kind,
                $"Container '{addition.Namespace}/{addition.Pod}/{string.Join(", ", addition.Names)}' may or may not have been added: {loss.Message}",
                "Look with Get-EphemeralContainer when the server answers again.",
                loss);
        }
    }

    private async Task<PodResource> AddOnceAsync(ContainerAddition addition, CancellationToken cancellationToken) =>
        await SendAsync(addition, dryRun: false, cancellationToken)
        ?? await session.Pods.GetAsync(addition.Namespace, addition.Pod, cancellationToken);

    /// <summary>Sends the addition in the server's form; a legacy server returns no pod.</summary>
    private async Task<PodResource?> SendAsync(ContainerAddition addition, bool dryRun, CancellationToken cancellationToken)
    {
        try
        {
            if (_api.Form is not EphemeralContainersForm.Legacy)
            {
                JsonObject answer = await SendModernAsync(addition, dryRun, cancellationToken);
                if (_api.Form is not EphemeralContainersForm.Legacy)
                {
                    return answer.Deserialize(WireJson.Default.PodResource) ?? new PodResource();
                }
            }

            await new LegacyAdder(_api, dryRun, warn).AddAsync(addition, cancellationToken);
            return null;
        }
        catch (KubernetesStatusException exception) when (exception.ErrorId is StatusErrors.NotServedId)
        {
            throw FeatureErrors.Disabled(session, exception);
        }
    }

    private async Task<JsonObject> SendModernAsync(ContainerAddition addition, bool dryRun, CancellationToken cancellationToken)
    {
        try
        {
            return await _api.PatchAsync(addition.Namespace, addition.Pod, addition.ToStrategicMergePatch(), dryRun, cancellationToken);
        }
        catch (KubernetesStatusException exception) when (exception.Kind is FailureKind.PermissionDenied && _api.Form is EphemeralContainersForm.Unknown)
        {
            // The roles of legacy clusters often allow update and not patch.
            if (await _api.DiscoverAsync(cancellationToken) is not EphemeralContainersForm.Legacy)
            {
                throw;
            }

            return [];
        }
    }

    /// <summary>Whether a version such as <c>v1.20.2-gke.3</c> is from before 1.22.</summary>
    private static bool IsOlderThanPodForm(string? version)
    {
        string[] parts = version?.TrimStart('v').Split('.') ?? [];
        return parts is ["1", string minor, ..]
            && int.TryParse(minor.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number < 22;
    }

    private static bool HasAll(PodResource pod, ContainerAddition addition) => addition.Names.All(
        name => pod.Spec?.EphemeralContainers?.Exists(c => string.Equals(c.Name, name, StringComparison.Ordinal)) is true);
}
