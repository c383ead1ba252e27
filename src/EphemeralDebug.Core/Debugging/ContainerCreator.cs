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
        string podNamespace, string pod, ContainerOptions options, CancellationToken cancellationToken) =>
        (await new ContainerPreparer(session, this).PrepareAsync(podNamespace, pod, options, reuse: false, cancellationToken)).Plan;

    /// <summary>Refuses, before anything is sent, what is known not to be possible on this server.</summary>
    /// <exception cref="EphemeralDebugException">The feature is off, or the server's form allows no security context.</exception>
    public Task CheckAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        _adder.CheckAsync(plan.Addition, cancellationToken);

    /// <summary>Lets the server judge the plan as if it were carried out. Changes nothing.</summary>
    /// <exception cref="EphemeralDebugException">The server would refuse it; the error is the one that it would give.</exception>
    public Task TryAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        _adder.TryAsync(plan.Addition, cancellationToken);

    /// <summary>Adds the planned container and returns the pod as it then is. It cannot be taken back.</summary>
    /// <exception cref="EphemeralDebugException">The server refused it, does not have the feature, or cannot be reached.</exception>
    public Task<PodResource> ApplyAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        _adder.AddAsync(plan.Addition, cancellationToken);
}
