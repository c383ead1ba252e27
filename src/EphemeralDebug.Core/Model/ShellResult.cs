namespace EphemeralDebug;

/// <summary>How a terminal session in a container ended.</summary>
public sealed class ShellResult
{
    internal ShellResult(EphemeralContainer container, long? exitCode, bool detached, TimeSpan duration)
    {
        Namespace = container.Namespace;
        Pod = container.Pod;
        Container = container.Name;
        ExitCode = exitCode;
        Detached = detached;
        Duration = duration;
    }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The pod's name.</summary>
    public string Pod { get; }

    /// <summary>The container's name.</summary>
    public string Container { get; }

    /// <summary>The exit code of the shell; null after detaching, or when it is not known.</summary>
    public long? ExitCode { get; }

    /// <summary>The terminal was detached by its keys; what ran goes on.</summary>
    public bool Detached { get; }

    /// <summary>How long the terminal was connected.</summary>
    public TimeSpan Duration { get; }
}
