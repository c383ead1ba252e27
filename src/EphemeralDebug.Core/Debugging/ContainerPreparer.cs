using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging.Profiles;
using EphemeralDebug.Debugging.Systems;

namespace EphemeralDebug.Debugging;

/// <summary>What is to be done in a pod: the plan, or a container that makes it needless.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Pod">The pod as it was read.</param>
/// <param name="Reused">The name of a running container that is what the plan would add; null to add it.</param>
internal sealed record PreparedContainer(ContainerPlan Plan, PodResource Pod, string? Reused);

/// <summary>Asks what a plan depends on: the pod, its node's system, the profile that is allowed. Changes nothing.</summary>
internal sealed class ContainerPreparer(ClusterSession session, ContainerCreator creator)
{
    private readonly ProfileChooser _profiles = new(session, creator);

    /// <summary>Prepares against the pod as it is now.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, or the options do not fit it.</exception>
    public async Task<PreparedContainer> PrepareAsync(
        string podNamespace, string podName, ContainerOptions options, bool reuse, CancellationToken cancellationToken)
    {
        JsonObject pod = await session.Pods.GetObjectAsync(podNamespace, podName, cancellationToken);
        NodeSystem system = await session.NodeSystems.ReadAsync(pod, needsBuild: options.Image is null, cancellationToken);
        options = SystemDefaults.Apply(options, system);
        if (reuse && FindReusable(pod, options, system) is { } found)
        {
            return found;
        }

        if (options.Profile is DebugProfile.Auto)
        {
            return new PreparedContainer(
                await _profiles.ChooseAsync(pod, options, system, cancellationToken), PodResource.Of(pod), Reused: null);
        }

        ContainerPlan plan = ContainerPlanner.PlanOrThrow(pod, options, RandomNameSource.Instance, system);
        await creator.CheckAsync(plan, cancellationToken);
        return new PreparedContainer(plan, PodResource.Of(pod), Reused: null);
    }

    /// <summary>With profile Auto the most useful container counts that runs, even where it would not be allowed any more.</summary>
    private static PreparedContainer? FindReusable(JsonObject pod, ContainerOptions options, NodeSystem system)
    {
        foreach (ContainerOptions wanted in WithProfile(pod, options, system))
        {
            ContainerPlan plan = ContainerPlanner.PlanOrThrow(pod, wanted with { Name = null }, RandomNameSource.Instance, system);
            if (ReusableContainer.Find(pod, plan, options.Name) is { } name)
            {
                string? reason = options.Profile is DebugProfile.Auto ? $"container '{name}' of this profile runs already" : null;
                return new PreparedContainer(plan with { Name = name, ProfileReason = reason, Warnings = [] }, PodResource.Of(pod), name);
            }
        }

        return null;
    }

    private static IEnumerable<ContainerOptions> WithProfile(JsonObject pod, ContainerOptions options, NodeSystem system) =>
        options.Profile is DebugProfile.Auto
            ? ProfileCandidates.For(pod, options, system).Candidates.Select(candidate => candidate.Apply(options))
            : [options];
}
