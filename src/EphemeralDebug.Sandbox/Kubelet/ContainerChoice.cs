namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Which container of a pod a request is about.</summary>
internal static class ContainerChoice
{
    /// <summary>The container that is named, or the only regular one.</summary>
    /// <exception cref="RequestRefusedException">There is no such container, or more than one to choose from.</exception>
    public static ContainerSpec Choose(PodView pod, string? name)
    {
        IReadOnlyList<ContainerSpec> containers = ContainerSpec.AllOf(pod.Pod);
        if (!string.IsNullOrEmpty(name))
        {
            return containers.FirstOrDefault(container => container.Name == name)
                ?? throw RequestRefusedException.BadRequest($"container {name} is not valid for pod {pod.Name}");
        }

        List<ContainerSpec> regular = [.. containers.Where(container => container.Kind == ContainerKind.Regular)];
        return regular.Count == 1
            ? regular[0]
            : throw RequestRefusedException.BadRequest(
                $"a container name must be specified for pod {pod.Name}, choose one of: [{string.Join(' ', containers.Select(container => container.Name))}]");
    }
}
