using System.Management.Automation;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Workloads;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Adds an ephemeral container to running pods. It cannot be taken back: the container stays until the pod ends. With
/// -WhatIf the server judges what would be sent, and with -PassThru too that is got as an object.
/// </summary>
[Cmdlet(VerbsCommon.New, "EphemeralContainer", SupportsShouldProcess = true, DefaultParameterSetName = AddSet)]
[OutputType(typeof(EphemeralContainer))]
[OutputType(typeof(ContainerPreview))]
[OutputType(typeof(ShellResult), ParameterSetName = [EnterSet, EnterSelectedSet])]
public sealed partial class NewEphemeralContainerCommand : AddingCmdlet
{
    private const string AddSet = "Add";
    private const string EnterSet = "Enter";
    private const string AddSelectedSet = "AddSelected";
    private const string EnterSelectedSet = "EnterSelected";

    private readonly HostShell _shell;

    /// <summary>Creates the cmdlet.</summary>
    public NewEphemeralContainerCommand() => _shell = new HostShell(this);

    /// <summary>
    /// The pods. A workload such as deployment/web stands for the one of its pods that kubectl would choose: an ephemeral
    /// container cannot be taken back.
    /// </summary>
    [Parameter(ParameterSetName = AddSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = EnterSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>
    /// All pods with these labels, such as <c>app=web,tier!=front</c>, that have not ended. With -Enter the one of them
    /// that kubectl would choose.
    /// </summary>
    [Parameter(ParameterSetName = AddSelectedSet, Mandatory = true)]
    [Parameter(ParameterSetName = EnterSelectedSet, Mandatory = true)]
    [Alias("l", "LabelSelector")]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

    /// <summary>Every pod of a workload that has not ended, in place of one.</summary>
    [Parameter(ParameterSetName = AddSet)]
    public SwitchParameter AllPods { get; set; }

    /// <summary>
    /// Take a running container of the pod that is what would be added, its name apart, and add one only where there is
    /// none.
    /// </summary>
    [Parameter]
    public SwitchParameter Reuse { get; set; }

    /// <summary>Wait until the container runs, or has ended.</summary>
    [Parameter(ParameterSetName = AddSet)]
    [Parameter(ParameterSetName = AddSelectedSet)]
    public SwitchParameter Wait { get; set; }

    /// <summary>
    /// Put a shell in the container into this terminal. When it ends, the container is ended too, unless it was there
    /// before.
    /// </summary>
    [Parameter(ParameterSetName = EnterSet, Mandatory = true)]
    [Parameter(ParameterSetName = EnterSelectedSet, Mandatory = true)]
    public SwitchParameter Enter { get; set; }

    /// <summary>Attach to the container's own process, which is then the image's, in place of running a shell.</summary>
    [Parameter(ParameterSetName = EnterSet)]
    [Parameter(ParameterSetName = EnterSelectedSet)]
    public SwitchParameter Attach { get; set; }

    /// <summary>The keys that leave the shell and let it go on, such as <c>ctrl-p,ctrl-q</c>; an empty string for none.</summary>
    [Parameter]
    [AllowEmptyString]
    public string DetachKeys { get; set; } = "ctrl-p,ctrl-q";

    /// <summary>Gets how the shell ended: its exit code, or that it was detached. With -WhatIf, gets what the server would say.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Keep the container when the shell has ended.</summary>
    [Parameter(ParameterSetName = EnterSet)]
    [Parameter(ParameterSetName = EnterSelectedSet)]
    public SwitchParameter Keep { get; set; }

    /// <summary>The longest wait for the container's start, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <summary>How long a start may keep failing before the wait ends, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public double StartGraceSec { get; set; } = 15;

    private protected override bool EmitsPreviews => PassThru;

    private WaitOptions StartLimits => new() { Timeout = Seconds(TimeoutSec), StartGrace = Seconds(StartGraceSec) };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Enter && !MyInvocation.BoundParameters.ContainsKey("WhatIf"))
        {
            _shell.Require(DetachKeys);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        PodReference[] pods = Selector is null ? Pod : Selected(Selector);
        if (Enter)
        {
            CompleteEach(pods, AddAndEnterAsync);
        }
        else
        {
            AddToEach(pods, AddAsync);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _shell.Dispose();
        }
    }

    private protected override PodScope ScopeOf(WorkloadReference workload) =>
        !Enter && (AllPods || Selector is not null) ? PodScope.Living : PodScope.One;

    private async Task AddAsync(ClusterSession session, PodReference reference, QuestionTurn turn, CancellationToken cancellationToken)
    {
        using PodProgress progress = Progress.Begin();
        if (await CreateAsync(session, reference, Reuse, turn, cancellationToken) is not { } created)
        {
            return;
        }

        await UseAsync(created, async () =>
        {
            EphemeralContainer container = Wait
                ? await WaitAsync(session, created.Pod, created.Plan.Name, StartLimits, cancellationToken)
                : ContainerReader.Find(created.Pod, created.Plan.Name, session)!;
            await HandOverAsync(created, container.With(created.Plan, created.Reused));
            progress.Succeed();
        });
    }

    private async Task AddAndEnterAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        if (await CreateAsync(session, reference, Reuse, QuestionTurn.Now, cancellationToken) is { } created)
        {
            await UseAsync(created, () => EnterAsync(session, created, cancellationToken));
        }
    }

    private async Task EnterAsync(ClusterSession session, PodContainer created, CancellationToken cancellationToken)
    {
        EphemeralContainer container = await WaitAsync(session, created.Pod, created.Plan.Name, StartLimits, cancellationToken);
        var options = new ShellOptions { Attach = Attaches, Command = Attaches ? [] : Command ?? [] };
        ShellResult result = await _shell.EnterAsync(session, container, options, recording: null, cancellationToken);
        if (PassThru)
        {
            Emit(result);
        }

        if (!Keep && !created.Reused && !result.Detached && container.Marker is not null)
        {
            await new ContainerStopper(session).StopAsync(container, cancellationToken);
        }
    }
}
