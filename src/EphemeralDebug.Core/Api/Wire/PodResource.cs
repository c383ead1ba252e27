using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EphemeralDebug.Api.Wire;

// The parts of Kubernetes' core/v1 objects that are read, under their API names. Properties that are absent stay null.

internal sealed class PodResource
{
    public ObjectMeta? Metadata { get; set; }

    public PodSpec? Spec { get; set; }

    public PodStatus? Status { get; set; }

    /// <summary>The parts of a whole pod that are read.</summary>
    public static PodResource Of(JsonObject pod) => pod.Deserialize(WireJson.Default.PodResource) ?? new PodResource();
}

internal sealed class ObjectMeta
{
    public string? Name { get; set; }

    public string? Namespace { get; set; }

    public string? Uid { get; set; }

    public string? ResourceVersion { get; set; }

    public string? Continue { get; set; }

    public DateTimeOffset? CreationTimestamp { get; set; }

    public DateTimeOffset? DeletionTimestamp { get; set; }
}

internal sealed class PodSpec
{
    public string? NodeName { get; set; }

    public PodOs? Os { get; set; }

    public Dictionary<string, string>? NodeSelector { get; set; }

    public List<ContainerSpec>? InitContainers { get; set; }

    public List<ContainerSpec>? Containers { get; set; }

    public List<ContainerSpec>? EphemeralContainers { get; set; }
}

internal sealed class PodOs
{
    public string? Name { get; set; }
}

internal sealed class ContainerSpec
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    public string? ImagePullPolicy { get; set; }

    public string? TargetContainerName { get; set; }

    public string[]? Command { get; set; }

    public string[]? Args { get; set; }

    public string? WorkingDir { get; set; }

    public List<EnvVar>? Env { get; set; }

    public List<VolumeMount>? VolumeMounts { get; set; }

    public List<ContainerPort>? Ports { get; set; }

    public bool Stdin { get; set; }

    public bool StdinOnce { get; set; }

    public bool Tty { get; set; }

    public System.Text.Json.JsonElement? SecurityContext { get; set; }
}

internal sealed class EnvVar
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    /// <summary>Where the value comes from when it is not written out.</summary>
    public EnvVarSource? ValueFrom { get; set; }
}

/// <summary>That it is there is all that is read of it.</summary>
internal sealed class EnvVarSource;

internal sealed class VolumeMount
{
    public string? Name { get; set; }

    public string? MountPath { get; set; }

    public bool ReadOnly { get; set; }
}

internal sealed class ContainerPort
{
    public string? Name { get; set; }

    [JsonPropertyName("containerPort")]
    public int Number { get; set; }

    public string? Protocol { get; set; }

    [JsonIgnore]
    public bool IsTcp => Protocol is null or "TCP";
}

internal sealed class PodStatus
{
    public string? Phase { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public List<PodCondition>? Conditions { get; set; }

    public List<ContainerStatus>? InitContainerStatuses { get; set; }

    public List<ContainerStatus>? ContainerStatuses { get; set; }

    public List<ContainerStatus>? EphemeralContainerStatuses { get; set; }
}

internal sealed class PodCondition
{
    public string? Type { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? LastTransitionTime { get; set; }
}

internal sealed class ContainerStatus
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    [JsonPropertyName("imageID")]
    public string? ImageId { get; set; }

    [JsonPropertyName("containerID")]
    public string? ContainerId { get; set; }

    public bool Ready { get; set; }

    public int RestartCount { get; set; }

    public ContainerStateUnion? State { get; set; }

    public ContainerStateUnion? LastState { get; set; }
}

/// <summary>At most one of the three is set.</summary>
internal sealed class ContainerStateUnion
{
    public WaitingState? Waiting { get; set; }

    public RunningState? Running { get; set; }

    public TerminatedState? Terminated { get; set; }
}

internal sealed class WaitingState
{
    public string? Reason { get; set; }

    public string? Message { get; set; }
}

internal sealed class RunningState
{
    public DateTimeOffset? StartedAt { get; set; }
}

internal sealed class TerminatedState
{
    public long ExitCode { get; set; }

    public int? Signal { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>What is read of a list as a whole; its pods are read one by one (<see cref="Listing.PodListReader"/>).</summary>
internal sealed class PodListResource
{
    public ObjectMeta? Metadata { get; set; }
}
