using EphemeralDebug.Debugging;

namespace EphemeralDebug;

/// <summary>One ephemeral container of a pod and what the cluster last said of its state.</summary>
public sealed class EphemeralContainer
{
    internal EphemeralContainer(string podNamespace, string pod, string name)
    {
        Namespace = podNamespace;
        Pod = pod;
        Name = name;
    }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The pod's name.</summary>
    public string Pod { get; }

    /// <summary>The container's name, unique within the pod.</summary>
    public string Name { get; }

    /// <summary>The state.</summary>
    public ContainerState State { get; internal init; }

    /// <summary>Why it is in this state, in one word of the kubelet such as <c>ErrImagePull</c> or <c>Completed</c>, or null.</summary>
    public string? Reason { get; internal init; }

    /// <summary>What the kubelet says of the state, or null.</summary>
    public string? Message { get; internal init; }

    /// <summary>The image, as it was asked for.</summary>
    public string? Image { get; internal init; }

    /// <summary>The container whose processes it sees, or null when it has a process namespace of its own.</summary>
    public string? Target { get; internal init; }

    /// <summary>When its process started, or null when it has not.</summary>
    public DateTimeOffset? StartedAt { get; internal init; }

    /// <summary>When its process ended, or null when it has not.</summary>
    public DateTimeOffset? FinishedAt { get; internal init; }

    /// <summary>How its process ended, or null when it has not. Wider than eight bits on Windows nodes.</summary>
    public long? ExitCode { get; internal init; }

    /// <summary>The signal that ended its process, where the runtime reports it; else null.</summary>
    public int? Signal { get; internal init; }

    /// <summary>What replaces the image's entry point; empty when nothing does.</summary>
    public IReadOnlyList<string> Command { get; internal init; } = [];

    /// <summary>What replaces the image's default arguments; empty when nothing does.</summary>
    public IReadOnlyList<string> Arguments { get; internal init; } = [];

    /// <summary>The environment that was asked for, each as <c>NAME=value</c>, or <c>NAME</c> when the value comes from elsewhere.</summary>
    public IReadOnlyList<string> Environment { get; internal init; } = [];

    /// <summary>The volume mounts, each as <c>/path from volume (ro)</c>.</summary>
    public IReadOnlyList<string> Mounts { get; internal init; } = [];

    /// <summary>The working directory that was asked for, or null for the image's.</summary>
    public string? WorkingDirectory { get; internal init; }

    /// <summary>When the image is pulled.</summary>
    public string? PullPolicy { get; internal init; }

    /// <summary>Standard input is open.</summary>
    public bool Stdin { get; internal init; }

    /// <summary>It has a terminal.</summary>
    public bool Tty { get; internal init; }

    /// <summary>The security context as JSON, or null when none was asked for.</summary>
    public string? SecurityContext { get; internal init; }

    /// <summary>The image that was pulled, with its digest, or null.</summary>
    public string? ImageId { get; internal init; }

    /// <summary>The runtime's id of the container, or null.</summary>
    public string? ContainerId { get; internal init; }

    /// <summary>How the last attempt to start it ended, or null.</summary>
    public string? LastState { get; internal init; }

    /// <summary>The node that the pod runs on, or null.</summary>
    public string? Node { get; internal init; }

    /// <summary>The unique id of the pod: another pod of the same name has another.</summary>
    public string? PodUid { get; internal init; }

    /// <summary>How long ago its process started, or null when it has not.</summary>
    public TimeSpan? Age => StartedAt is { } started ? (DateTimeOffset.UtcNow - started) is { Ticks: > 0 } age ? age : TimeSpan.Zero : null;

    /// <summary>The profile that it was made with, from the command that added it; else null.</summary>
    public DebugProfile? Profile { get; private set; }

    /// <summary>Why that profile, when it was chosen for the pod; else null.</summary>
    public string? ProfileReason { get; private set; }

    /// <summary>It was there already, and New-EphemeralContainer took it in place of adding another.</summary>
    public bool Reused { get; private set; }

    /// <summary>The session that it was read through; a cmdlet that gets the record goes on with it.</summary>
    internal ClusterSession? Session { get; init; }

    /// <summary>It is an ephemeral container; else a regular one of a debug pod, which no user is given a record of.</summary>
    internal bool IsEphemeral { get; init; } = true;

    /// <summary>The value of the marker variable by which this module finds the container's own processes, or null.</summary>
    internal string? Marker { get; init; }

    /// <summary>It runs on a Windows node, as far as the pod says.</summary>
    internal bool IsOnWindows { get; init; }

    /// <summary>The same container, with what is known of how it came to be.</summary>
    internal EphemeralContainer With(ContainerPlan plan, bool reused)
    {
        var copy = (EphemeralContainer)MemberwiseClone();
        copy.Profile = plan.Profile;
        copy.ProfileReason = plan.ProfileReason;
        copy.Reused = reused;
        return copy;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Pod}/{Name}";
}
