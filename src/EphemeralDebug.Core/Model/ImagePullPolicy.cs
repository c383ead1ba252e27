namespace EphemeralDebug;

/// <summary>When the kubelet pulls a container's image. The server's own rule applies where none is given.</summary>
public enum ImagePullPolicy
{
    /// <summary>At every start.</summary>
    Always,

    /// <summary>Only when the node does not have the image.</summary>
    IfNotPresent,

    /// <summary>Never; the start fails when the node does not have the image.</summary>
    Never,
}
