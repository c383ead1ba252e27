using System.Globalization;

namespace EphemeralDebug.Debugging;

/// <summary>A shell of this module that runs in a container.</summary>
/// <param name="Id">The id in its environment.</param>
/// <param name="ProcessId">Its process id, as the container sees it.</param>
/// <param name="Name">The name of its program, control characters made visible.</param>
internal sealed record ShellProcess(string Id, int ProcessId, string Name)
{
    private const int IdLength = 32;

    /// <summary>Reads what <see cref="ShellScript"/> lists; what is no line of it is passed over.</summary>
    public static IReadOnlyList<ShellProcess> ParseList(string text) => [.. text.Split('\n').Select(Parse).OfType<ShellProcess>()];

    private static ShellProcess? Parse(string line) =>
        line.Split(' ', 3) is [{ Length: IdLength } id, string processId, string name]
        && int.TryParse(processId, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed)
            ? new ShellProcess(id, parsed, ControlCharacters.MakeVisible(name.Trim()))
            : null;
}
