using System.Globalization;

namespace EphemeralDebug.Debugging;

/// <summary>
/// The shell that is run in a container where no command is given. It carries an id of its own in its environment, by
/// which it is found again when the connection to it was lost: a process that was started by exec outlives its client.
/// </summary>
internal static class MarkedShell
{
    /// <summary>The environment variable that holds the id and, after a point, the shell's process id.</summary>
    public const string Variable = "EPHEMERALDEBUG_SHELL";

    /// <summary>bash where the image has it, for its line editing; else what every image with a shell has.</summary>
    private const string Start =
        $"export {Variable}=\"$1.$$\"; if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi";

    /// <summary>The command that starts the shell.</summary>
    public static IReadOnlyList<string> Command(string id) => ["sh", "-c", Start, "ephemeraldebug-shell", id];

    /// <summary>The command that lists the shells of a container as <see cref="ShellScript"/> says.</summary>
    public static IReadOnlyList<string> ListCommand { get; } = ["sh", "-c", ShellScript.Text, "ephemeraldebug-shells", "list"];

    /// <summary>The command that hangs up on shells, as a terminal does that is closed, and kills those that ignore it.</summary>
    /// <param name="ids">The shells' ids.</param>
    /// <param name="grace">The time between the two, in whole seconds.</param>
    public static IReadOnlyList<string> EndCommand(IEnumerable<string> ids, TimeSpan grace)
    {
        string seconds = Math.Ceiling(grace.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return ["sh", "-c", ShellScript.Text, "ephemeraldebug-shells", "end", seconds, .. ids];
    }
}
