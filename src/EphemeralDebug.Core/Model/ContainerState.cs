namespace EphemeralDebug;

/// <summary>The state of an ephemeral container, as the kubelet last reported it.</summary>
public enum ContainerState
{
    /// <summary>
    /// The kubelet has said nothing of it yet: the pod has no node, or the node is busy with the pod's other containers.
    /// </summary>
    Pending,

    /// <summary>It has not started; <see cref="EphemeralContainer.Reason"/> says why.</summary>
    Waiting,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>Its process has ended; it is never started again.</summary>
    Terminated,
}
