namespace EphemeralDebug.Formatting;

/// <summary>What the view of log lines calls; not for scripts.</summary>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public static class LogView
{
    /// <summary>The line after the container that has printed it, with control characters made visible.</summary>
    public static string Line(LogLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return $"[{line.Pod}/{line.Container}] {ControlCharacters.MakeVisible(line.Text)}";
    }
}
