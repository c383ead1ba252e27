namespace EphemeralDebug.Debugging;

/// <summary>How long, and for what, to wait.</summary>
internal sealed record WaitOptions
{
    /// <summary>Running (which a container that has ended already counts as) or Terminated.</summary>
    public ContainerState Until { get; init; } = ContainerState.Running;

    /// <summary>The longest wait.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a start may fail and be tried again before the wait ends.</summary>
    public TimeSpan StartGrace { get; init; } = TimeSpan.FromSeconds(15);
}
