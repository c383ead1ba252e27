using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Watch;

/// <summary>A pod as a watch saw it last.</summary>
/// <param name="Pod">The pod; its last state when it was deleted.</param>
/// <param name="Deleted">The pod is gone.</param>
internal sealed record PodChange(PodResource Pod, bool Deleted);
