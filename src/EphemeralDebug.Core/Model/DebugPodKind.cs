namespace EphemeralDebug;

/// <summary>What a debug pod is for.</summary>
public enum DebugPodKind
{
    /// <summary>A copy of a pod, with a container added or changed.</summary>
    Copy,

    /// <summary>A pod on a node, to debug the node itself.</summary>
    Node,
}
