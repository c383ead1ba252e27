using System.Globalization;
using System.Security.Cryptography;

namespace EphemeralDebug.Debugging;

/// <summary>
/// How a debug container is kept alive until it is told to end, and how it is told. Shells are then run in it by
/// exec: their first output is not lost, their exit code is known, and what is typed does not land in its log.
/// </summary>
public static class WaitingCommand
{
    /// <summary>The environment variable by whose value the container's own processes are found.</summary>
    public const string MarkerVariable = "EPHEMERALDEBUG_ID";

    private const int IdBytes = 16;

    /// <summary>In the folder of the container's user, whom commands run by exec share with it.</summary>
    private const string WindowsStopFile = @"%TEMP%\ephemeraldebug-stop";

    /// <summary>Waits in any image that has <c>sh</c> and <c>sleep</c>, and ends at once on TERM, INT and HUP.</summary>
    public static IReadOnlyList<string> Command { get; } =
        ["sh", "-c", "trap \"exit 0\" TERM INT HUP; while :; do sleep 3600 & wait $!; done"];

    /// <summary>
    /// The same in an image of Windows, with what the smallest of them has: <c>cmd</c> and <c>ping</c>, but no program to
    /// end another. It looks every second for the file that <see cref="StopWindowsCommand"/> makes.
    /// </summary>
    internal static IReadOnlyList<string> WindowsCommand { get; } =
        ["cmd", "/c", $"for /l %i in (1,0,2) do @if exist {WindowsStopFile} (exit 0) else (ping -n 2 127.0.0.1 >NUL)"];

    /// <summary>Ends a container that runs <see cref="WindowsCommand"/>, within about a second.</summary>
    internal static IReadOnlyList<string> StopWindowsCommand { get; } = ["cmd", "/c", $"type NUL >{WindowsStopFile}"];

    /// <summary>A new value for <see cref="MarkerVariable"/>: 128 random bits in hexadecimal.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(IdBytes * 2, lowercase: true);

    /// <summary>The options of a container that waits and is marked, in place of the command asked for.</summary>
    public static ContainerOptions Apply(ContainerOptions options, string id) => Apply(options, id, NodeSystem.Linux);

    /// <summary>The same on the operating system of the pod's node.</summary>
    public static ContainerOptions Apply(ContainerOptions options, string id, NodeSystem system)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(system);
        return options with
        {
            Command = system.IsWindows ? WindowsCommand : Command,
            Arguments = [],
            Environment = [.. options.Environment, KeyValuePair.Create(MarkerVariable, id)],
        };
    }

    /// <summary>Whether a container with this command waits as one on Windows does.</summary>
    internal static bool IsOnWindows(IReadOnlyList<string> command) => command.SequenceEqual(WindowsCommand, StringComparer.Ordinal);

    /// <summary>
    /// The command to exec in the container to end its first process, and no other: TERM, and KILL when it is
    /// still there after the grace time. It prints the id of the process; its exit code is a <see cref="StopResult"/>.
    /// </summary>
    /// <param name="id">The marker's value, from <see cref="EphemeralContainer.Marker"/>.</param>
    /// <param name="grace">The time between TERM and KILL, and after KILL, in whole seconds.</param>
    public static IReadOnlyList<string> StopCommand(string id, TimeSpan grace)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        string seconds = Math.Ceiling(grace.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return ["sh", "-c", StopScript.Text, "ephemeraldebug-stop", id, seconds];
    }
}
