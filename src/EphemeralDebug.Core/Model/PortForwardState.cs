namespace EphemeralDebug;

/// <summary>What a port forward is doing.</summary>
public enum PortForwardState
{
    /// <summary>Connections to the local port are passed on to the pod.</summary>
    Listening,

    /// <summary>The pod has ended or was deleted, so nothing is passed on any more; LastError says which.</summary>
    PodGone,

    /// <summary>It was removed, or its session was closed.</summary>
    Closed,
}
