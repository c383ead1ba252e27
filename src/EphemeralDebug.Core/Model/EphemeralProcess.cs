namespace EphemeralDebug;

/// <summary>A process that the target of an ephemeral container runs.</summary>
public sealed class EphemeralProcess
{
    internal EphemeralProcess(string podNamespace, string pod, string? target, int id)
    {
        Namespace = podNamespace;
        Pod = pod;
        Target = target;
        Id = id;
    }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The pod's name.</summary>
    public string Pod { get; }

    /// <summary>The container whose process namespace was looked at; null for the pod's own.</summary>
    public string? Target { get; }

    /// <summary>The process id in that namespace.</summary>
    public int Id { get; }

    /// <summary>The parent's process id; 0 for one outside of the namespace.</summary>
    public int ParentId { get; internal init; }

    /// <summary>The name that the kernel knows, 15 bytes at most.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The command line, argument by argument; empty for a zombie and for what has overwritten it.</summary>
    public IReadOnlyList<string> CommandLine { get; internal init; } = [];

    /// <summary>The effective user's number.</summary>
    public long? UserId { get; internal init; }

    /// <summary>The effective user's name by the target's /etc/passwd; null when that cannot be read or does not know it.</summary>
    public string? UserName { get; internal init; }

    /// <summary>The kernel's letter of the state: R, S, D, T, t, Z, I or X.</summary>
    public char State { get; internal init; }

    /// <summary>The time on processors, of the process itself.</summary>
    public TimeSpan CpuTime { get; internal init; }

    /// <summary>The share of one processor since the start, in percent; null when the time since is not known.</summary>
    public double? CpuPercent { get; internal init; }

    /// <summary>The resident memory in bytes; null for what has none, such as a zombie.</summary>
    public long? Memory { get; internal init; }

    /// <summary>When it was started, by the node's clock; null when that cannot be told.</summary>
    public DateTimeOffset? StartedAt { get; internal init; }

    /// <summary>It belongs to an ephemeral container of this module, and not to the target.</summary>
    public bool IsHelper { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Name}";
}
