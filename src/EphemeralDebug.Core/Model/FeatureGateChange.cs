namespace EphemeralDebug;

/// <summary>What became of a feature gate in one file.</summary>
public sealed class FeatureGateChange
{
    internal FeatureGateChange(string path, FeatureGateFileKind kind, string gate)
    {
        Path = path;
        Kind = kind;
        Gate = gate;
    }

    /// <summary>The file; where a symbolic link was given, the file that it leads to.</summary>
    public string Path { get; }

    /// <summary>What the file is.</summary>
    public FeatureGateFileKind Kind { get; }

    /// <summary>The gate's name.</summary>
    public string Gate { get; }

    /// <summary>What the file said of the gate; null when it said nothing.</summary>
    public bool? Before { get; internal init; }

    /// <summary>What the file says now.</summary>
    public bool After { get; internal init; }

    /// <summary>The file was written. Where it said so already, nothing was, and there is no backup.</summary>
    public bool Changed { get; internal init; }

    /// <summary>The file that holds the content from before; null when nothing was changed.</summary>
    public string? Backup { get; internal init; }

    /// <summary>The change as a unified diff; empty when nothing was changed.</summary>
    public string Diff { get; internal init; } = "";

    /// <summary>What has to be done for the change to take effect.</summary>
    public string NextStep { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Gate}={(After ? "true" : "false")}";
}
