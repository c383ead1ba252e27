using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging;

/// <summary>Reads a pod, plans a container for it, and carries the plan out.</summary>
/// <param name="session">The cluster.</param>
/// <param name="warn">Told what the user should know about what was done, or null.</param>
internal sealed class ContainerCreator(ClusterSession session, Action<string>? warn = null)
{
    private readonly ContainerAdder _adder = new(session, warn);

    /// <summary>Plans against the pod as it is now. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, or the options do not fit it.</exception>
    public async Task<ContainerPlan> PlanAsync(
        string podNamespace, string pod, ContainerOptions options, CancellationToken cancellationToken)
    {
        JsonObject current = await session.Pods.GetObjectAsync(podNamespace, pod, cancellationToken);
        ContainerPlan plan = ContainerPlanner.Plan(current, options, RandomNameSource.Instance);
        if (ContainerPlanner.FindProblems(current, plan) is [PlanProblem problem, ..])
        {
            throw new PlanException(problem);
        }

        await _adder.CheckAsync(plan.Addition, cancellationToken);
        return plan;
    }

    /// <summary>Adds the planned container and returns the pod as it then is. It cannot be taken back.</summary>
    /// <exception cref="EphemeralDebugException">The server refused it, does not have the feature, or cannot be reached.</exception>
    public Task<PodResource> ApplyAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        _adder.AddAsync(plan.Addition, cancellationToken);
}
