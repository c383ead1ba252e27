namespace EphemeralDebug.FeatureGates;

/// <summary>What setting a gate in a file would change.</summary>
internal sealed record FeatureGatePlan(ConfigurationFile File, GateFile Read, string Gate, bool Value, string NewText)
{
    /// <summary>The change as a unified diff; empty when the file says so already.</summary>
    public string Diff { get; } = UnifiedDiff.Create(File.Path, File.Text, NewText);

    /// <summary>The file would be written.</summary>
    public bool IsChange => NewText != File.Text;

    /// <summary>What the user should know, or null.</summary>
    public string? Warning => GateHistory.Advise(Gate, Value, Read.Version);
}

/// <summary>Sets a feature gate in files of a node or a control plane.</summary>
internal static class FeatureGateSetter
{
    /// <summary>Reads a file and plans the change. Writes nothing.</summary>
    /// <exception cref="EphemeralDebugException">The file can't be read, is no such file, or can't be edited.</exception>
    public static FeatureGatePlan Plan(string path, string gate, bool value)
    {
        ConfigurationFile file = ConfigurationFile.Read(path);
        try
        {
            GateFile read = FeatureGateText.Read(file.Text, gate) ?? throw FeatureGateErrors.Unknown(path);
            return GateHistory.WhyNotStarting(gate, value, read.Version) is { } reason
                ? throw FeatureGateErrors.NotStarting(path, gate, reason)
                : new FeatureGatePlan(file, read, gate, value, FeatureGateText.Set(file.Text, read, gate, value));
        }
        catch (FormatException exception)
        {
            throw FeatureGateErrors.Malformed(path, exception);
        }
    }

    /// <summary>Writes the planned change, with a backup; nothing when there is none.</summary>
    /// <exception cref="EphemeralDebugException">The file can't be written, or was changed since.</exception>
    public static FeatureGateChange Apply(FeatureGatePlan plan, TimeProvider time)
    {
        string? backup = plan.IsChange
            ? plan.File.Replace(plan.NewText, hideBackup: plan.Read is StaticPodFile, time.GetUtcNow())
            : null;
        return new FeatureGateChange(plan.File.Path, plan.Read.Kind, plan.Gate)
        {
            Before = plan.Read.Current,
            After = plan.Value,
            Changed = plan.IsChange,
            Backup = backup,
            Diff = plan.Diff,
            NextStep = plan.IsChange ? NextStep(plan) : "",
        };
    }

    private static string NextStep(FeatureGatePlan plan) => plan.Read.Kind switch
    {
        FeatureGateFileKind.KubeletConfiguration or FeatureGateFileKind.KubeletEnvironment =>
            "Restart the kubelet: systemctl restart kubelet, or Restart-Service kubelet on Windows."
            + (plan.Gate == GateHistory.EphemeralContainers
                ? $" A kubelet of version {GateHistory.Removed} or later does not start with this gate."
                : ""),
        _ => "The kubelet restarts the component by itself within seconds; its backup begins with a dot, which keeps the kubelet from running it as a second pod.",
    };
}
