using System.Globalization;

namespace EphemeralDebug.Formatting;

/// <summary>What the views of commands call; not for scripts.</summary>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public static class CommandView
{
    /// <summary>As much of a command's bytes as tells what they are.</summary>
    private const int ShownBytes = 64;

    /// <summary>How long the command ran, in seconds.</summary>
    public static string Duration(CommandResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return string.Create(CultureInfo.InvariantCulture, $"{result.Duration.TotalSeconds:0.00} s");
    }

    /// <summary>One line: why it failed, or the first line of its output, or else of its error output.</summary>
    public static string Summary(CommandResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Error is { } error ? ControlCharacters.MakeVisible(error) : FirstLine(result.Output) ?? FirstLine(result.ErrorOutput) ?? "";
    }

    /// <summary>All lines, or what the bytes are.</summary>
    public static string Text(Array output) => output switch
    {
        string[] lines => string.Join('\n', lines.Select(ControlCharacters.MakeVisible)),
        byte[] bytes => DescribeBytes(bytes),
        _ => "",
    };

    /// <summary>The line, after the pod that it is from.</summary>
    public static string Line(CommandOutputLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return $"{line.Pod}{(line.IsError ? "!" : "|")} {ControlCharacters.MakeVisible(line.Text)}";
    }

    private static string? FirstLine(Array output) => output switch
    {
        string[] { Length: > 0 } lines => ControlCharacters.MakeVisible(lines[0]),
        byte[] { Length: > 0 } bytes => DescribeBytes(bytes),
        _ => null,
    };

    private static string DescribeBytes(byte[] bytes)
    {
        string shown = Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, ShownBytes)));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes: {shown}{(bytes.Length > ShownBytes ? "…" : "")}");
    }
}
