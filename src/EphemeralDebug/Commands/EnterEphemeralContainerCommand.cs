using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Puts a shell in an ephemeral container into this terminal, or attaches to the container's own process.</summary>
[Cmdlet(VerbsCommon.Enter, "EphemeralContainer")]
[OutputType(typeof(ShellResult))]
public sealed class EnterEphemeralContainerCommand : ShellCmdlet
{
    /// <summary>The pod, or the record of a container or of a debug pod.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The container; the one that runs where the pod has just one.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What to run, argument by argument; the best shell of the image where nothing is given.</summary>
    [Parameter]
    [Alias("Shell")]
    [ValidateNotNullOrEmpty]
    public string[]? Command { get; set; }

    /// <summary>Attach to the container's own process, which has to have standard input.</summary>
    [Parameter]
    public SwitchParameter Attach { get; set; }

    /// <summary>How long to wait for a container that is still starting, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <inheritdoc/>
    protected override void BeginProcessing() => RequireTerminal();

    /// <inheritdoc/>
    protected override void ProcessRecord() => CompleteEach(Pod, EnterAsync);

    private async Task EnterAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken);
        EphemeralContainer container = reference.DebugPod is { } debugPod
            ? ShellChoice.ChooseOfDebugPod(pod, Name ?? debugPod.DefaultContainer ?? "", session)
            : ShellChoice.Choose(pod, Name ?? reference.Container, session);
        if (container.State is ContainerState.Pending or ContainerState.Waiting)
        {
            container = await WaitAsync(session, pod, container.Name, cancellationToken);
        }

        await EnterAsync(session, container, new ShellOptions { Attach = Attach, Command = Command ?? [] }, cancellationToken);
    }

    private async Task<EphemeralContainer> WaitAsync(
        ClusterSession session, PodResource pod, string name, CancellationToken cancellationToken)
    {
        var progress = new ContainerProgress(NextActivityId(), EmitProgress, session.Time);
        try
        {
            return await new ContainerWaiter(session, session.Time)
                .WaitAsync(pod, name, new WaitOptions { Timeout = Seconds(TimeoutSec) }, progress, cancellationToken);
        }
        finally
        {
            progress.Complete();
        }
    }
}
