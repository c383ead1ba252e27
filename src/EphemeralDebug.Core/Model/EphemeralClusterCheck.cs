namespace EphemeralDebug;

/// <summary>One thing that debugging needs, and whether it is there.</summary>
public sealed class EphemeralClusterCheck
{
    internal EphemeralClusterCheck(string name, CheckSeverity severity, bool? passed, string reason, string? remedy = null)
    {
        Name = name;
        Severity = severity;
        Passed = passed;
        Reason = reason;
        Remedy = remedy;
    }

    /// <summary>The check, such as <c>Exec</c>; stable, for scripts.</summary>
    public string Name { get; }

    /// <summary>What a failure means.</summary>
    public CheckSeverity Severity { get; }

    /// <summary>Whether it is as it has to be; null when that could not be told.</summary>
    public bool? Passed { get; }

    /// <summary>What was found.</summary>
    public string Reason { get; }

    /// <summary>What to do about it, on one line or several; for missing rights the YAML that an administrator applies. Null when nothing has to be done.</summary>
    public string? Remedy { get; }

    /// <summary>The namespace that was looked at.</summary>
    public string Namespace { get; internal set; } = "";

    /// <summary>The pod that was looked at, or null for none.</summary>
    public string? Pod { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Passed switch { true => "passed", false => "failed", null => "unknown" }}";
}
