namespace EphemeralDebug.Formatting;

/// <summary>What the views of checks and of changed files call; not for scripts.</summary>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public static class CheckView
{
    // PowerShell takes colours away by itself where there should be none: NO_COLOR, $PSStyle.OutputRendering, files, pipes.
    private const string Red = "\u001b[31m";
    private const string Green = "\u001b[32m";
    private const string Yellow = "\u001b[33m";
    private const string Reset = "\u001b[0m";

    /// <summary>A mark for the outcome: passed, failed, could not be told. An optional check that failed is only yellow.</summary>
    public static string Mark(EphemeralClusterCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return check switch
        {
            { Passed: true } => $"{Green}✓{Reset}",
            { Passed: null } => $"{Yellow}?{Reset}",
            { Severity: CheckSeverity.Optional } => $"{Yellow}✗{Reset}",
            _ => $"{Red}✗{Reset}",
        };
    }

    /// <summary>What was looked at.</summary>
    public static string Subject(EphemeralClusterCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return check.Pod is null ? $"namespace {check.Namespace}" : $"pod {check.Namespace}/{check.Pod}";
    }

    /// <summary>The reason, and below it the first line of what to do.</summary>
    public static string Finding(EphemeralClusterCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        if (check.Passed is true || check.Remedy is not { } remedy)
        {
            return check.Reason;
        }

        string[] lines = remedy.TrimEnd().Split('\n');
        string more = lines.Length > 1 ? " …" : "";
        return $"{check.Reason}\n→ {lines[0].TrimStart('#', ' ')}{more}";
    }

    /// <summary>The diff with nothing in it that could change the screen.</summary>
    public static string Diff(FeatureGateChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ControlCharacters.MakeVisible(change.Diff.ReplaceLineEndings("\n"));
    }
}
