using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging;

/// <summary>
/// Adds ephemeral containers on servers of the legacy form, Kubernetes 1.16 to 1.21. The document is read, extended and
/// replaced under the guard of its resourceVersion, as those versions' own clients do it: nobody else's container can be
/// lost and none can be added twice. Where the role allows patch alone, a JSON patch appends.
/// </summary>
internal sealed class LegacyAdder(EphemeralContainersApi api, bool dryRun, Action<string>? warn)
{
    /// <summary>Every write to the pod, a status of the kubelet too, is a conflict for one that began before it.</summary>
    private const int MaximumTries = 10;

    public async Task AddAsync(ContainerAddition addition, CancellationToken cancellationToken)
    {
        addition = Adapt(addition);
        try
        {
            await ReplaceAsync(addition, cancellationToken);
        }
        catch (KubernetesStatusException exception) when (exception.Kind is FailureKind.PermissionDenied)
        {
            await api.PatchLegacyAsync(addition.Namespace, addition.Pod, addition.ToLegacyJsonPatch(), dryRun, cancellationToken);
        }
    }

    /// <summary>These servers refuse a security context, so the default profile gives way and a chosen one is an error.</summary>
    private ContainerAddition Adapt(ContainerAddition addition)
    {
        if (!addition.HasSecurityContext)
        {
            return addition;
        }

        if (addition.NeedsSecurityContext)
        {
            throw FeatureErrors.NoSecurityContext(addition);
        }

        warn?.Invoke(
            $"This server's ephemeral containers API, of Kubernetes 1.16 to 1.21, allows no security context: '{string.Join("', '", addition.Names)}' in pod '{addition.Namespace}/{addition.Pod}' is added with profile Baseline, without the capability to trace other processes.");
        return addition.WithoutSecurityContext();
    }

    private async Task ReplaceAsync(ContainerAddition addition, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            JsonObject current = await api.GetLegacyAsync(addition.Namespace, addition.Pod, cancellationToken);
            try
            {
                await api.PutLegacyAsync(addition.Namespace, addition.Pod, addition.ToLegacyDocument(current), dryRun, cancellationToken);
                return;
            }
            catch (KubernetesStatusException exception) when (exception.Kind is FailureKind.Conflict && tries < MaximumTries)
            {
                // Somebody else changed the pod in between: what they did is read, and kept.
            }
        }
    }
}
