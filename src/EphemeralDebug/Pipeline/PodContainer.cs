using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Pipeline;

/// <summary>The container to go on with.</summary>
/// <param name="Pod">The pod that has it.</param>
/// <param name="Plan">What it was planned as.</param>
/// <param name="Reused">It was there before.</param>
internal sealed record PodContainer(PodResource Pod, ContainerPlan Plan, bool Reused);
