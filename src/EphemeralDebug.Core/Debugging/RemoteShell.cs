using EphemeralDebug.Api.Wire;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging;

/// <summary>
/// A terminal in a running container: a command of its own (exec), so that its output is seen from the first byte, its
/// exit code is known and what is typed is not kept in the container's log; or the container's own process (attach).
/// </summary>
internal sealed class RemoteShell : IAsyncDisposable
{
    /// <summary>bash where the image has it, for its line editing; else what every image with a shell has.</summary>
    private static readonly string[] s_bestShell =
        ["sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi"];

    /// <summary>The kubelet reports the end of a container some moments after the stream's.</summary>
    private static readonly TimeSpan s_reportLimit = TimeSpan.FromSeconds(10);

    private readonly ClusterSession _session;
    private readonly EphemeralContainer _container;

    private RemoteShell(ClusterSession session, EphemeralContainer container, RemoteStream stream, bool attached)
    {
        _session = session;
        _container = container;
        Stream = stream;
        IsAttached = attached;
    }

    /// <summary>The stream, to be bridged to a terminal.</summary>
    public RemoteStream Stream { get; }

    /// <summary>The container's own process is at the other end.</summary>
    public bool IsAttached { get; }

    /// <summary>Opens a terminal in the container.</summary>
    /// <exception cref="EphemeralDebugException">The container is not one that can be entered, or the server refused.</exception>
    public static async Task<RemoteShell> OpenAsync(
        ClusterSession session, EphemeralContainer container, ShellOptions options, CancellationToken cancellationToken)
    {
        bool attach = options.Attach || (container.Stdin && options.Command.Count == 0);
        ThrowIfNotEnterable(container, attach);
        var request = new StreamRequest(container.Namespace, container.Pod, container.Name)
        {
            Command = attach ? null : options.Command.Count > 0 ? options.Command : s_bestShell,
            Input = !attach || container.Stdin,
            Terminal = !attach || container.Tty,
        };
        RemoteStream stream = await RemoteStream.OpenAsync(session.Client, request, cancellationToken);
        return new RemoteShell(session, container, stream, attach);
    }

    /// <summary>
    /// The exit code of what ran, once the stream has ended. An attached process's is read from the pod, because the
    /// stream does not tell it; null when the process goes on without the stream.
    /// </summary>
    /// <exception cref="EphemeralDebugException">The command could not be started.</exception>
    public async Task<long?> ReadExitCodeAsync(CancellationToken cancellationToken)
    {
        if (IsAttached)
        {
            return await ReadContainerExitCodeAsync(cancellationToken);
        }

        ExitStatus status = Stream.Status ?? throw new InvalidOperationException("The stream has not ended.");
        return status.ExitCode ?? throw new EphemeralDebugException(
            "ShellNotStarted",
            FailureKind.InvalidOperation,
            $"No shell could be started in container '{_container}': {status.Message}",
            "The image may have no shell, or not the command that was given: name one that it has with -Command, or use -Attach.");
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static void ThrowIfNotEnterable(EphemeralContainer container, bool attach)
    {
        if (container.State is not ContainerState.Running)
        {
            throw new EphemeralDebugException(
                "ContainerNotRunning",
                FailureKind.InvalidOperation,
                $"Container '{container}' cannot be entered: it is {container.State}{(container.Reason is null ? "" : $" ({container.Reason})")}.",
                !container.IsEphemeral ? "The pod's phase and log say more; Get-EphemeralDebugPod shows the phase."
                : container.State is ContainerState.Terminated
                    ? "An ephemeral container is never started again: add another with New-EphemeralContainer -Enter."
                    : "Wait for it with Wait-EphemeralContainer.");
        }

        if (attach && !container.Stdin)
        {
            throw new EphemeralDebugException(
                "ContainerWithoutInput",
                FailureKind.InvalidOperation,
                $"Container '{container}' was made without standard input, so that attaching to it could only show its output.",
                "Leave out -Attach to run a shell in it, or make one with New-EphemeralContainer -Stdin -Tty.");
        }
    }

    private async Task<long?> ReadContainerExitCodeAsync(CancellationToken cancellationToken)
    {
        PodResource pod = await _session.Pods.GetAsync(_container.Namespace, _container.Pod, cancellationToken);
        try
        {
            var options = new WaitOptions { Until = ContainerState.Terminated, Timeout = s_reportLimit };
            EphemeralContainer ended = await new ContainerWaiter(_session, _session.Time)
                .WaitAsync(pod, _container.Name, options, progress: null, cancellationToken);
            return ended.ExitCode;
        }
        catch (EphemeralDebugException exception) when (exception.Kind is FailureKind.Timeout)
        {
            return null;
        }
    }
}
