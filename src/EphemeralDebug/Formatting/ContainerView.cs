using System.Globalization;

namespace EphemeralDebug.Formatting;

/// <summary>What the views call; not for scripts.</summary>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public static class ContainerView
{
    /// <summary>The state with what makes it interesting: the reason of a wait, the exit code of an end.</summary>
    public static string State(EphemeralContainer container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return container switch
        {
            { State: ContainerState.Terminated, ExitCode: { } code } =>
                string.Create(CultureInfo.InvariantCulture, $"Terminated ({container.Reason ?? "exit"} {code})"),
            { State: ContainerState.Waiting, Reason: { } reason } => $"Waiting ({reason})",
            _ => container.State.ToString(),
        };
    }

    /// <summary>The age as people read it: two units at most, such as <c>3m20s</c> or <c>2d4h</c>.</summary>
    public static string Age(EphemeralContainer container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return container.Age is { } age ? Duration(age) : "";
    }

    /// <summary>A list on one line, each item quoted where it needs it.</summary>
    public static string Join(IReadOnlyList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return string.Join(' ', items.Select(i => i.Length == 0 || i.Contains(' ', StringComparison.Ordinal) ? $"'{ControlCharacters.MakeVisible(i)}'" : ControlCharacters.MakeVisible(i)));
    }

    internal static string Duration(TimeSpan age) => age switch
    {
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalSeconds}s"),
        { TotalMinutes: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes}m{age.Seconds}s"),
        { TotalHours: < 3 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes}m"),
        { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours}h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays}d{age.Hours}h"),
    };
}
