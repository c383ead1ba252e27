using System.Globalization;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging.Commands;

/// <summary>What keeps a command from being run to its end.</summary>
internal static class CommandErrors
{
    public static EphemeralDebugException NotRunning(EphemeralContainer container) => new(
        "ContainerNotRunning",
        FailureKind.InvalidOperation,
        $"Nothing can be run in container '{container}': it is {container.State}{(container.Reason is null ? "" : $" ({container.Reason})")}.",
        "An ephemeral container is never started again: leave out -Container to have another one made.");

    public static EphemeralDebugException NotStarted(EphemeralContainer container, ExitStatus status) => new(
        "CommandNotStarted",
        FailureKind.InvalidOperation,
        $"The command could not be started in container '{container}': {status.Message}",
        "The image may not have it: name another with -Image, or a program that it has.");

    public static EphemeralDebugException TimedOut(EphemeralContainer container, TimeSpan limit, bool ended) => new(
        "CommandTimedOut",
        FailureKind.Timeout,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The command in container '{container}' was not done within {limit.TotalSeconds:0.###} s{Fate(ended)}"),
        "Give it longer with -TimeoutSec, or see with -Stream what it does.");

    public static EphemeralDebugException TooMuchOutput(EphemeralContainer container, long limit, bool ended) => new(
        "OutputTooLarge",
        FailureKind.InvalidOperation,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The command in container '{container}' wrote more than {limit} bytes, of which the first are kept{Fate(ended)}"),
        "Take its lines as they come with -Stream, which keeps none, or raise -MaximumOutputSize.");

    public static EphemeralDebugException InputFailed(EphemeralContainer container, Exception cause) => new(
        "InputFailed",
        FailureKind.InvalidData,
        $"What the command in container '{container}' is to read could not be read: {cause.Message}",
        "Check the file that -InputFile names.",
        cause);

    private static string Fate(bool ended) => ended
        ? ", and was ended."
        : "; it could not be ended and may go on until its container ends.";
}
