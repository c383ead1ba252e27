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
    /// <summary>128 and the number of the signal KILL.</summary>
    private const long KilledExitCode = 137;

    /// <summary>Between TERM and KILL.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>Ends the container and returns it as it then is.</summary>
    /// <exception cref="EphemeralDebugException">It carries no marker, or could not be ended.</exception>
    public async Task<EphemeralContainer> StopAsync(EphemeralContainer container, CancellationToken cancellationToken)
    {
        if (container.Marker is not { } marker)
        {
            throw Failed(container, "it was not started to wait by this module, so that its own process cannot be told from others");
        }

        IReadOnlyList<string> command = WaitingCommand.IsOnWindows(container.Command)
            ? WaitingCommand.StopWindowsCommand
            : WaitingCommand.StopCommand(marker, s_grace);
        (ExitStatus status, string text) = await RunAsync(container, command, cancellationToken);
        string output = ControlCharacters.MakeVisible(text.Trim());
        if (!MayHaveEnded(status) && !await HasEndedAsync(container, cancellationToken))
        {
            throw Failed(container, output.Length > 0 ? output : status.Message ?? "no reason given");
        }

        try
        {
            PodResource pod = await session.Pods.GetAsync(container.Namespace, container.Pod, cancellationToken);
            var options = new WaitOptions { Until = ContainerState.Terminated, Timeout = s_limit };
            return await new ContainerWaiter(session, session.Time)
                .WaitAsync(pod, container.Name, options, progress: null, cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.Kind is FailureKind.Timeout)
        {
            throw Failed(container, status.Message ?? exception.Message);
        }
    }

    // When the container ends, what was started in it ends too, the stopping command included: that it was killed or lost
    // is no failure. The kubelet reports the end some moments later.
    private static bool MayHaveEnded(ExitStatus status) => status.ExitCode is null or 0 or KilledExitCode;

    private async Task<bool> HasEndedAsync(EphemeralContainer container, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(container.Namespace, container.Pod, cancellationToken);
        return ContainerReader.Find(pod, container.Name, session)?.State is not ContainerState.Running;
    }

    private async Task<ScriptResult> RunAsync(
        EphemeralContainer container, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        try
        {
            return await ContainerScript.RunAsync(session, container, command, s_limit, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw Failed(container, exception.Message);
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId)
        {
            return new ScriptResult(new ExitStatus(null, exception.Message), "");
        }
    }

    private static EphemeralDebugException Failed(EphemeralContainer container, string why) => new(
        "ContainerNotStopped",
        FailureKind.InvalidOperation,
        $"Container '{container}' goes on: {why}.",
        "It stays until its process ends or the pod is deleted.");
}
