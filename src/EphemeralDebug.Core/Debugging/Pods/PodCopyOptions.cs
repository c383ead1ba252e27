namespace EphemeralDebug.Debugging.Pods;

/// <summary>What a user asked of a copy of a pod; null or empty means not said.</summary>
internal sealed record PodCopyOptions
{
    /// <summary>In <see cref="SetImages"/>, every container that is not named itself.</summary>
    public const string EveryContainer = "*";

    /// <summary>
    /// The container to add, or, where its name is that of a container of the pod, what to change in that one. It needs
    /// no image when an existing container gets a command or <see cref="SetImages"/> says all.
    /// </summary>
    public required PodContainerOptions Container { get; init; }

    /// <summary>The copy's name, or null for the pod's own name and a random suffix.</summary>
    public string? Name { get; init; }

    /// <summary>New images by the container's name, or by <see cref="EveryContainer"/>.</summary>
    public IReadOnlyDictionary<string, string> SetImages { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether the containers see each other's processes. Where it is not said they do, unless the pod itself says
    /// otherwise or the profile is legacy.
    /// </summary>
    public bool? ShareProcesses { get; init; }

    /// <summary>Run it on the pod's node, past the scheduler.</summary>
    public bool SameNode { get; init; }

    /// <summary>Delete the pod at once when the copy has been created.</summary>
    public bool Replace { get; init; }

    /// <summary>What of the pod the copy keeps.</summary>
    public KeptParts Keep { get; init; } = KeptParts.InitContainers;
}

/// <summary>Parts of a pod that a copy has only when asked, because they would make it serve, be probed or be adopted.</summary>
[Flags]
internal enum KeptParts
{
    None = 0,
    Labels = 1,
    Annotations = 2,
    LivenessProbes = 4,
    ReadinessProbes = 8,
    StartupProbes = 16,
    InitContainers = 32,
}
