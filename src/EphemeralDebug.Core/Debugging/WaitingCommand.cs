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

    /// <summary>Waits in any image that has <c>sh</c> and <c>sleep</c>, and ends at once on TERM, INT and HUP.</summary>
    public static IReadOnlyList<string> Command { get; } =
        ["sh", "-c", "trap \"exit 0\" TERM INT HUP; while :; do sleep 3600 & wait $!; done"];

    /// <summary>A new value for <see cref="MarkerVariable"/>: 128 random bits in hexadecimal.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(IdBytes * 2, lowercase: true);

    /// <summary>The options of a container that waits and is marked, in place of the command asked for.</summary>
    public static ContainerOptions Apply(ContainerOptions options, string id)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(id);
        return options with
        {
            Command = Command,
            Arguments = [],
            Environment = [.. options.Environment, KeyValuePair.Create(MarkerVariable, id)],
        };
    }

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
