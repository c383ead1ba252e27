using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Workloads;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Puts a shell in an ephemeral container into this terminal, or attaches to the container's own process.</summary>
[Cmdlet(VerbsCommon.Enter, "EphemeralContainer", DefaultParameterSetName = PodSet)]
[OutputType(typeof(ShellResult))]
public sealed class EnterEphemeralContainerCommand : ShellCmdlet
{
    private const string PodSet = "Pod";
    private const string SelectorSet = "Selector";

    /// <summary>The pod, a workload, whose pod is the one that kubectl would choose, or the record of a container or of a debug pod.</summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The pod with these labels, such as <c>app=web,tier!=front</c>; of several the one that kubectl would choose.</summary>
    [Parameter(ParameterSetName = SelectorSet, Mandatory = true)]
    [Alias("l", "LabelSelector")]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

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

    /// <summary>End the shells in the container to which this PowerShell has lost the connection.</summary>
    [Parameter]
    public SwitchParameter EndLost { get; set; }

    /// <summary>How long to wait for a container that is still starting, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <summary>
    /// Write what the terminal shows to this new file, which only the user can read, as asciicast v2: asciinema and other
    /// players show it again.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Record { get; set; }

    /// <summary>Record what is typed as well, passwords that no screen shows among it.</summary>
    [Parameter]
    public SwitchParameter RecordInput { get; set; }

    /// <summary>Replace a file that -Record finds.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        RequireTerminal();
        StartRecording();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (Recording?.Failure is { } failure)
        {
            WriteWarning(failure);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => CompleteEach(Selector is null ? Pod : Selected(Selector), EnterAsync);

    private protected override PodScope ScopeOf(WorkloadReference workload) => PodScope.One;

    private void StartRecording()
    {
        if (Record is null)
        {
            return;
        }

        try
        {
            Recording = new ShellRecording(FileSystemPath.Resolve(this, Record), Force, RecordInput);
        }
        catch (EphemeralDebugException exception)
        {
            throw Terminate(ErrorRecords.From(exception, Record));
        }
    }

    private async Task EnterAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken);
        EphemeralContainer container = reference.DebugPod is { } debugPod
            ? ShellChoice.ChooseOfDebugPod(pod, Name ?? debugPod.DefaultContainer ?? "", session)
            : ShellChoice.Choose(pod, Name ?? reference.Container, session);
        if (container.State is ContainerState.Pending or ContainerState.Waiting)
        {
            var limits = new WaitOptions { Timeout = Seconds(TimeoutSec) };
            container = await WaitAsync(session, pod, container.Name, limits, cancellationToken);
        }

        var options = new ShellOptions { Attach = Attach, Command = Command ?? [] };
        if (!options.AttachesTo(container) && !container.IsOnWindows)
        {
            await LookForOthersAsync(session, container, cancellationToken);
        }

        await EnterAsync(session, container, options, cancellationToken);
    }

    /// <summary>Ends the shells here to which the connection was lost, and tells of those that go on.</summary>
    private async Task LookForOthersAsync(ClusterSession session, EphemeralContainer container, CancellationToken cancellationToken)
    {
        var finder = new ShellFinder(session);
        ShellProcess[] shells = [.. await ListAsync(finder, container, cancellationToken)];
        ShellProcess[] lost = [.. shells.Where(LostShells.Contains)];
        if (EndLost && lost.Length > 0)
        {
            await finder.EndAsync(container, lost, cancellationToken);
            LostShells.Remove(lost);
            shells = [.. shells.Except(lost)];
        }

        foreach (ShellProcess shell in shells)
        {
            await TellAsync(LostShells.Contains(shell)
                ? $"The shell to which the connection was lost goes on in {container} as process {shell.ProcessId} ({shell.Name}); this is another one. -EndLost ends it."
                : $"Another shell runs in {container} as process {shell.ProcessId} ({shell.Name}).");
        }
    }

    private static async Task<IReadOnlyList<ShellProcess>> ListAsync(
        ShellFinder finder, EphemeralContainer container, CancellationToken cancellationToken)
    {
        try
        {
            return await finder.ListAsync(container, cancellationToken);
        }
        catch (EphemeralDebugException)
        {
            // Whatever keeps a container from telling keeps it from being entered too, and is told then.
            return [];
        }
    }
}
