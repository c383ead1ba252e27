using System.Text;
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
    private const int MaximumOutputBytes = 16 * 1024;

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
        (ExitStatus status, string output) = await RunAsync(container, command, cancellationToken);
        if (status.ExitCode is not 0 && !await HasEndedAsync(container, cancellationToken))
        {
            throw Failed(container, output.Length > 0 ? output : status.Message ?? "no reason given");
        }

        PodResource pod = await session.Pods.GetAsync(container.Namespace, container.Pod, cancellationToken);
        var options = new WaitOptions { Until = ContainerState.Terminated, Timeout = s_limit };
        return await new ContainerWaiter(session, session.Time)
            .WaitAsync(pod, container.Name, options, progress: null, cancellationToken);
    }

    // When the container ends, what was started in it ends too, the stopping command included: its failure is no failure.
    private async Task<bool> HasEndedAsync(EphemeralContainer container, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(container.Namespace, container.Pod, cancellationToken);
        return ContainerReader.Find(pod, container.Name, session)?.State is not ContainerState.Running;
    }

    private async Task<(ExitStatus Status, string Output)> RunAsync(
        EphemeralContainer container, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var request = new StreamRequest(container.Namespace, container.Pod, container.Name) { Command = command };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            await using RemoteStream stream = await RemoteStream.OpenAsync(session.Client, request, limit.Token);
            string output = await ReadTextAsync(stream, limit.Token);
            return (stream.Status!, output);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(container, $"ending it took longer than {s_limit.TotalSeconds:0} s");
        }
        catch (EphemeralDebugException exception) when (exception.ErrorId is ConnectionErrors.LostId)
        {
            return (new ExitStatus(null, exception.Message), "");
        }
    }

    private static async Task<string> ReadTextAsync(RemoteStream stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (true)
        {
            StreamRead read = await stream.ReadAsync(buffer, cancellationToken);
            if (read.Data.IsEmpty)
            {
                return ControlCharacters.MakeVisible(text.ToString().Trim());
            }

            if (text.Length < MaximumOutputBytes)
            {
                text.Append(Encoding.UTF8.GetString(read.Data.Span));
            }
        }
    }

    private static EphemeralDebugException Failed(EphemeralContainer container, string why) => new(
        "ContainerNotStopped",
        FailureKind.InvalidOperation,
        $"Container '{container}' goes on: {why}.",
        "It stays until its process ends or the pod is deleted.");
}
