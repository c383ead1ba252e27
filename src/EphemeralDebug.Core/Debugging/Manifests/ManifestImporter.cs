using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>Reads a pod, plans what a document adds to it, and adds that.</summary>
/// <param name="session">The cluster.</param>
/// <param name="warn">Told what the user should know about what was done, or null.</param>
internal sealed class ManifestImporter(ClusterSession session, Action<string>? warn = null)
{
    /// <summary>Plans against the pod as it is now, by the rules of the server's form. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, the feature is off, or the document does not fit.</exception>
    public async Task<ManifestPlan> PlanAsync(
        string podNamespace, string pod, EphemeralManifest manifest, CancellationToken cancellationToken)
    {
        JsonObject current = await session.Pods.GetObjectAsync(podNamespace, pod, cancellationToken);
        EphemeralContainersForm form = await session.EphemeralContainers.DiscoverAsync(cancellationToken);
        if (form is EphemeralContainersForm.NotServed)
        {
            throw FeatureErrors.Disabled(session, cause: null);
        }

        ManifestPlan plan = ManifestPlanner.Plan(current, manifest, form);
        foreach (string field in plan.UnknownFields)
        {
            warn?.Invoke(ControlCharacters.MakeVisible($"Unknown field \"{field}\": a server that does not know it either drops it."));
        }

        return plan;
    }

    /// <summary>Adds what the plan adds, if anything, and returns the pod as it then is. It cannot be taken back.</summary>
    public Task<PodResource> ApplyAsync(ManifestPlan plan, CancellationToken cancellationToken) =>
        plan.Addition.Containers.Count == 0
            ? Task.FromResult(plan.Current.Deserialize(WireJson.Default.PodResource) ?? new PodResource())
            : new ContainerAdder(session, warn).AddAsync(plan.Addition, cancellationToken);
}
