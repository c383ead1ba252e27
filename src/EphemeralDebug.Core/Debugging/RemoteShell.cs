using EphemeralDebug.Api.Wire;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Debugging;

/// <summary>
/// A terminal in a running container: a command of its own (exec), so that its output is seen from the first byte, its
/// exit code is known and what is typed is not kept in the container's log; or the container's own process (attach).
/// </summary>
internal sealed class RemoteShell : IAsyncDisposable
{
    /// <summary>
    /// PowerShell where the image of Windows has it, the newer first. Each is tried out before, because an image has no
    /// program to look for others; and nothing is quoted, because <c>cmd</c> does not understand the runtime's quotes.
    /// </summary>
    private static readonly string[] s_bestWindowsShell =
    [
        "cmd", "/v:on", "/c",
        "(pwsh -v >NUL 2>NUL && (pwsh -NoLogo & exit !ERRORLEVEL!)) & (powershell -NoProfile -Command exit >NUL 2>NUL && (powershell -NoLogo & exit !ERRORLEVEL!)) & cmd",
    ];

    /// <summary>The kubelet reports the end of a container some moments after the stream's.</summary>
    private static readonly TimeSpan s_reportLimit = TimeSpan.FromSeconds(10);

    private readonly ClusterSession _session;
    private readonly EphemeralContainer _container;
    private readonly StreamRequest _request;

    private RemoteShell(ClusterSession session, EphemeralContainer container, StreamRequest request, RemoteStream stream)
    {
        _session = session;
        _container = container;
        _request = request;
        Stream = stream;
    }

    /// <summary>The stream, to be bridged to a terminal.</summary>
    public RemoteStream Stream { get; }

    /// <summary>The container's own process is at the other end.</summary>
    public bool IsAttached => _request.Command is null;

    /// <summary>The id of a shell that can be found again, see <see cref="MarkedShell"/>; null for any other command.</summary>
    public string? ShellId { get; private init; }

    /// <summary>Opens a terminal in the container.</summary>
    /// <exception cref="EphemeralDebugException">The container is not one that can be entered, or the server refused.</exception>
    public static async Task<RemoteShell> OpenAsync(
        ClusterSession session, EphemeralContainer container, ShellOptions options, CancellationToken cancellationToken)
    {
        bool attach = options.AttachesTo(container);
        ThrowIfNotEnterable(container, attach);
        bool isMarked = !attach && options.Command.Count == 0 && !container.IsOnWindows;
        string? shellId = isMarked ? WaitingCommand.NewId() : null;
        var request = new StreamRequest(container.Namespace, container.Pod, container.Name)
        {
            Command = attach ? null : CommandFor(container, options, shellId),
            Input = !attach || container.Stdin,
            Terminal = !attach || container.Tty,
        };
        RemoteStream stream = await RemoteStream.OpenAsync(session.Client, request, cancellationToken);
        return new RemoteShell(session, container, request, stream) { ShellId = shellId };
    }

    /// <summary>
    /// The exit code of what ran, once the stream has ended. An attached process's is read from the pod, because the
    /// stream does not tell it.
    /// </summary>
    /// <exception cref="EphemeralDebugException">The command could not be started, or it goes on without the stream.</exception>
    public async Task<long?> ReadExitCodeAsync(CancellationToken cancellationToken)
    {
        ExitStatus status = Stream.Status ?? throw new InvalidOperationException("The stream has not ended.");
        if (IsAttached)
        {
            return await ReadContainerExitCodeAsync(cancellationToken);
        }

        if (status.ExitCode is null)
        {
            throw Stream.HasOutput ? StreamErrors.Lost(_request, status.Message) : NotStarted(status);
        }

        if (status.ExitCode is 0 && ShellId is not null && await MayGoOnAsync(ShellId, cancellationToken))
        {
            throw StreamErrors.Lost(_request, "the node ended it");
        }

        return status.ExitCode;
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static IReadOnlyList<string> CommandFor(EphemeralContainer container, ShellOptions options, string? shellId)
    {
        if (options.Command.Count > 0)
        {
            return options.Command;
        }

        return container.IsOnWindows ? s_bestWindowsShell : MarkedShell.Command(shellId!);
    }

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

    private EphemeralDebugException NotStarted(ExitStatus status) => new(
        "ShellNotStarted",
        FailureKind.InvalidOperation,
        $"No shell could be started in container '{_container}': {status.Message}",
        "The image may have no shell, or not the command that was given: name one that it has with -Command, or use -Attach.");

    /// <summary>
    /// An API server that speaks v5 asks the kubelet by SPDY, where the end of a connection looks like a status that says
    /// nothing, and reports that as success (k8s.io/apiserver/pkg/util/proxy/streamtranslator.go). So a shell that is
    /// said to have ended well is looked for.
    /// </summary>
    private async Task<bool> MayGoOnAsync(string shellId, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ShellProcess> shells = await new ShellFinder(_session).ListAsync(_container, cancellationToken);
            return shells.Any(shell => string.Equals(shell.Id, shellId, StringComparison.Ordinal));
        }
        catch (EphemeralDebugException)
        {
            // Nobody answers: because the container has ended too, or because the node is gone.
            return !await HasContainerEndedAsync(cancellationToken);
        }
    }

    private async Task<bool> HasContainerEndedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await WaitForEndAsync(cancellationToken)).State is ContainerState.Terminated;
        }
        catch (EphemeralDebugException exception)
        {
            return exception.Kind is FailureKind.NotFound;
        }
    }

    private async Task<long?> ReadContainerExitCodeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await WaitForEndAsync(cancellationToken)).ExitCode;
        }
        catch (EphemeralDebugException exception) when (exception.Kind is FailureKind.Timeout)
        {
            throw StreamErrors.Lost(_request, "the node ended it", exception);
        }
    }

    private async Task<EphemeralContainer> WaitForEndAsync(CancellationToken cancellationToken)
    {
        PodResource pod = await _session.Pods.GetAsync(_container.Namespace, _container.Pod, cancellationToken);
        var options = new WaitOptions { Until = ContainerState.Terminated, Timeout = s_reportLimit };
        return await new ContainerWaiter(_session, _session.Time)
            .WaitAsync(pod, _container.Name, options, progress: null, cancellationToken);
    }
}
