using System.Globalization;

namespace EphemeralDebug.Formatting;

/// <summary>What the views of processes call; not for scripts.</summary>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public static class ProcessView
{
    private const double Megabyte = 1024 * 1024;

    /// <summary>The user's name, or its number.</summary>
    public static string User(EphemeralProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return ControlCharacters.MakeVisible(process.UserName ?? process.UserId?.ToString(CultureInfo.InvariantCulture) ?? "");
    }

    /// <summary>The resident memory, such as <c>12.3M</c>.</summary>
    public static string Memory(EphemeralProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return process.Memory is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Megabyte:0.0}M") : "";
    }

    /// <summary>The time on processors, such as <c>1:23:45.67</c>.</summary>
    public static string CpuTime(EphemeralProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)process.CpuTime.TotalHours}:{process.CpuTime.Minutes:00}:{process.CpuTime.Seconds:00}.{process.CpuTime.Milliseconds / 10:00}");
    }

    /// <summary>The command line, or the name in brackets where there is none, as <c>ps</c> has it.</summary>
    public static string Command(EphemeralProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        string text = process.CommandLine.Count > 0 ? ContainerView.Join(process.CommandLine) : $"[{ControlCharacters.MakeVisible(process.Name)}]";
        return text.ReplaceLineEndings("\\n");
    }
}
