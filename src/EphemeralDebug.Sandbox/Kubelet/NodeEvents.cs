using System.Text.Json.Nodes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The events that the scheduler and the kubelet of a node leave, in their words.</summary>
internal sealed class NodeEvents(EventRecorder recorder, string node)
{
    private const string Normal = "Normal";
    private const string Warning = "Warning";

    private static readonly EventSource Scheduler = new("default-scheduler");

    private readonly EventSource _kubelet = new("kubelet", node);

    public void Scheduled(JsonObject pod)
    {
        JsonNode metadata = pod["metadata"]!;
        recorder.Record(pod, null, Scheduler, Normal, "Scheduled", $"Successfully assigned {metadata["namespace"]}/{metadata["name"]} to {node}");
    }

    public void AlreadyPresent(JsonObject pod, ContainerSpec container) =>
        Tell(pod, container, Normal, "Pulled", $"Container image \"{container.Image}\" already present on machine and can be accessed by the pod");

    public void Pulling(JsonObject pod, ContainerSpec container) =>
        Tell(pod, container, Normal, "Pulling", $"Pulling image \"{container.Image}\"");

    public void Pulled(JsonObject pod, ContainerSpec container) =>
        Tell(pod, container, Normal, "Pulled", $"Successfully pulled image \"{container.Image}\"");

    public void PullFailed(JsonObject pod, ContainerSpec container, string error) =>
        Tell(pod, container, Warning, "Failed", $"Failed to pull image \"{container.Image}\": {error}");

    public void PullBacksOff(JsonObject pod, ContainerSpec container) =>
        Tell(pod, container, Normal, "BackOff", $"Back-off pulling image \"{container.Image}\"");

    public void Created(JsonObject pod, ContainerSpec container) => Tell(pod, container, Normal, "Created", "Container created");

    public void Started(JsonObject pod, ContainerSpec container) => Tell(pod, container, Normal, "Started", "Container started");

    public void Failed(JsonObject pod, ContainerSpec container, string error) =>
        Tell(pod, container, Warning, "Failed", $"Error: {error}");

    public void RestartBacksOff(JsonObject pod, ContainerSpec container)
    {
        JsonNode metadata = pod["metadata"]!;
        string where = $"{metadata["name"]}_{metadata["namespace"]}({metadata["uid"]})";
        Tell(pod, container, Warning, "BackOff", $"Back-off restarting failed container {container.Name} in pod {where}");
    }

    public void Killing(JsonObject pod, ContainerSpec container) =>
        Tell(pod, container, Normal, "Killing", $"Stopping container {container.Name}");

    private void Tell(JsonObject pod, ContainerSpec container, string type, string reason, string message) =>
        recorder.Record(pod, container, _kubelet, type, reason, message);
}
