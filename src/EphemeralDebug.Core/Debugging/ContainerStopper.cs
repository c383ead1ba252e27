using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging;

/// <summary>
/// Ends the process that a container was started with, and no other: it is found by the marker in its environment,
/// because with a target process 1 is the application that is being debugged.
/// </summary>
internal sealed class ContainerStopper(ClusterSession session)
{
    /// <summary>Between TERM and KILL.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private const string StayAdvice = "It stays until its process ends or the pod is deleted.";

    /// <summary>Ends the container and returns it as it then is; one that has ended already is returned as it is.</summary>
    /// <exception cref="EphemeralDebugException">It does not run, carries no marker, or could not be ended.</exception>
    public Task<EphemeralContainer> StopAsync(EphemeralContainer container, CancellationToken cancellationToken) =>
        StopAsync(container, s_limit, cancellationToken);

    /// <summary>The same with a limit of one's own for the script, and again for the kubelet's report of the end.</summary>
    public async Task<EphemeralContainer> StopAsync(EphemeralContainer container, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (container.State is ContainerState.Terminated)
        {
            return container;
        }

        string marker = MarkerOf(container);
        IReadOnlyList<string> command = WaitingCommand.IsOnWindows(container.Command)
            ? WaitingCommand.StopWindowsCommand
            : WaitingCommand.StopCommand(marker, s_grace);
        ScriptResult? result = await RunAsync(container, command, limit, cancellationToken);
        if (!MayHaveEnded(result) && !await HasEndedAsync(container, cancellationToken))
        {
            throw NotStopped(container, result!);
        }

        PodResource pod = await session.Pods.GetAsync(container.Namespace, container.Pod, cancellationToken);
        var options = new WaitOptions { Until = ContainerState.Terminated, Timeout = limit };
        return await new ContainerWaiter(session, session.Time)
            .WaitAsync(pod, container.Name, options, progress: null, cancellationToken);
    }

    // When the container ends, what was started in it is killed, the script included: that failure is none, and the kubelet
    // reports the end some moments later. A code that the script gives itself tells that nothing has ended.
    private static bool MayHaveEnded(ScriptResult? result) =>
        result?.Status.ExitCode is 0 || result is null || (result.Status.ExitCode is { } code && !Enum.IsDefined((StopResult)code));

    private async Task<bool> HasEndedAsync(EphemeralContainer container, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(container.Namespace, container.Pod, cancellationToken);
        return ContainerReader.Find(pod, container.Name, session)?.State is not ContainerState.Running;
    }

    /// <summary>What the script says; null when the connection was lost, as it is when the container ends first.</summary>
    private async Task<ScriptResult?> RunAsync(
        EphemeralContainer container, IReadOnlyList<string> command, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await ContainerScript.RunAsync(session, container, command, limit, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw Failed(container, exception.Message, "Give it longer with -TimeoutSec; what was sent to its process may still end it.");
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId)
        {
            return null;
        }
    }

    private static string MarkerOf(EphemeralContainer container)
    {
        if (container.State is not ContainerState.Running)
        {
            throw new EphemeralDebugException(
                "ContainerNotRunning",
                FailureKind.InvalidOperation,
                $"Container '{container}' cannot be ended: it is {container.State}{(container.Reason is null ? "" : $" ({container.Reason})")}.",
                "Wait for it with Wait-EphemeralContainer; what never starts ends with its pod.");
        }

        return container.Marker ?? throw Failed(
            container,
            "it was not started to wait by this module, so that its own process cannot be told from others",
            "Enter it with Enter-EphemeralContainer and end its process there, or delete the pod. A container made without -Command can be ended.");
    }

    private static EphemeralDebugException NotStopped(EphemeralContainer container, ScriptResult result) => (StopResult?)result.Status.ExitCode switch
    {
        StopResult.NotFound => Failed(container, "none of its processes can be seen to carry its marker", StayAdvice),
        StopResult.NotPermitted => Failed(container, "its process may not be signalled by the container's user", StayAdvice),
        StopResult.StillRunning => Failed(container, "its process outlived TERM and KILL", StayAdvice),
        _ => Failed(
            container,
            $"the script that ends it could not be run in it: {result.Status.Message ?? ControlCharacters.MakeVisible(result.Output.Trim())}",
            $"Its image may have no shell. {StayAdvice}"),
    };

    private static EphemeralDebugException Failed(EphemeralContainer container, string why, string advice) => new(
        "ContainerNotStopped", FailureKind.InvalidOperation, $"Container '{container}' goes on: {why}.", advice);
}
