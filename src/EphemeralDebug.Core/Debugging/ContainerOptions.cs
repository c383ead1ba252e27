using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging;

/// <summary>What a user asked of a new ephemeral container; null or empty means not said.</summary>
public sealed record ContainerOptions
{
    /// <summary>The image reference, such as <c>busybox</c> or <c>registry.example/tools/net:1.2</c>; null for one that fits the pod's node.</summary>
    public required string? Image { get; init; }

    /// <summary>The container's name, or null for a random one.</summary>
    public string? Name { get; init; }

    /// <summary>The container of the pod whose process namespace is joined.</summary>
    public string? Target { get; init; }

    /// <summary>Replaces the image's entry point.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Replaces the image's default arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables in the order given; of a name given twice the last value counts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>When the image is pulled, or null for the server's rule.</summary>
    public ImagePullPolicy? PullPolicy { get; init; }

    /// <summary>Keeps standard input open.</summary>
    public bool Stdin { get; init; }

    /// <summary>Gives the container a terminal; needs <see cref="Stdin"/>.</summary>
    public bool Tty { get; init; }

    /// <summary>
    /// The value of the marker variable of a container that is to wait to be entered, in place of running
    /// <see cref="Command"/>; null for one that runs something.
    /// </summary>
    public string? WaitingId { get; init; }

    /// <summary>The security settings; null for General on Linux nodes, and none on Windows.</summary>
    public DebugProfile? Profile { get; init; }

    /// <summary>
    /// The security settings were asked for and are not just the default, which gives way on servers whose API allows
    /// none.
    /// </summary>
    internal bool NeedsSecurityContext =>
        !ProfileIsDefault || CustomProfile?["securityContext"] is not null || RunAsUser is not null || RunAsGroup is not null || RunAsTarget;

    /// <summary><see cref="Profile"/> is what the system of the node brings, and nobody's choice.</summary>
    internal bool ProfileIsDefault { get; init; }

    /// <summary>A partial container that is strategically merged over the profile's result.</summary>
    public JsonObject? CustomProfile { get; init; }

    /// <summary>The id of the user to run as, whatever the profiles say.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>The id of the group to run as, whatever the profiles say.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>
    /// Runs as the target's user and group; without a target, as those of the pod's default container. A custom profile
    /// is stronger.
    /// </summary>
    public bool RunAsTarget { get; init; }

    /// <summary>Mounts the volumes that the target, or the pod's default container, has mounted.</summary>
    public bool CopyVolumeMounts { get; init; }

    /// <summary>
    /// Has the environment that is defined for the target, or for the pod's default container;
    /// <see cref="Environment"/> is stronger.
    /// </summary>
    public bool CopyEnvironment { get; init; }
}
