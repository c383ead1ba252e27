using System.Management.Automation;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Processes;
using EphemeralDebug.Debugging.Workloads;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Gets the processes of a container, whatever its image has. They are read through an ephemeral container of this module
/// that has joined them; where none runs one is added, which stays in the pod's list, and is ended afterwards.
/// </summary>
[Cmdlet(VerbsCommon.Get, "EphemeralProcess", SupportsShouldProcess = true, DefaultParameterSetName = PodSet)]
[OutputType(typeof(EphemeralProcess))]
public sealed class GetEphemeralProcessCommand : PodCmdlet
{
    private const string PodSet = "Pod";
    private const string SelectorSet = "Selector";

    private readonly QuestionOrder _questions = new();

    /// <summary>The pods, workloads, which stand for the one of their pods that kubectl would choose, or records of containers.</summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>All pods with these labels, such as <c>app=web,tier!=front</c>, that have not ended.</summary>
    [Parameter(ParameterSetName = SelectorSet, Mandatory = true)]
    [Alias("l", "LabelSelector")]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

    /// <summary>The container whose processes are meant; the pod's default container where none is given.</summary>
    [Parameter(Position = 1)]
    [Alias("TargetContainer")]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>The image of a container that has to be added; it needs sh and cat.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>The security settings of a container that has to be added.</summary>
    [Parameter]
    public DebugProfile Profile { get; set; } = DebugProfile.Auto;

    /// <summary>Get the processes of ephemeral containers of this module too.</summary>
    [Parameter]
    public SwitchParameter IncludeHelper { get; set; }

    /// <summary>The longest wait for a container's start, and for its answer, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(Selector is null ? Pod : Selected(Selector), PrepareToRead);

    private protected override PodScope ScopeOf(WorkloadReference workload) => Selector is null ? PodScope.One : PodScope.Living;

    private Func<CancellationToken, Task> PrepareToRead(ClusterSession session, PodReference reference)
    {
        QuestionTurn turn = _questions.Next();
        return async token =>
        {
            using (turn)
            {
                await ReadAsync(session, reference, turn, token);
            }
        };
    }

    private async Task ReadAsync(ClusterSession session, PodReference reference, QuestionTurn turn, CancellationToken cancellationToken)
    {
        string podNamespace = NamespaceFor(reference, session);
        JsonObject whole = await session.Pods.GetObjectAsync(podNamespace, reference.Name, cancellationToken);
        PodResource pod = PodResource.Of(whole);
        string target = Target
            ?? (reference.Container is { } name ? ContainerReader.Find(pod, name, session)?.Target : null)
            ?? (string?)SourceContainer.Find(whole, target: null)?["name"]
            ?? "";
        if (ProcessReader.FindHelper(pod, target, session) is { } running)
        {
            turn.Dispose();
            await EmitProcessesAsync(session, running, cancellationToken);
            return;
        }

        var options = new ContainerOptions { Image = Image, Target = target, Profile = Profile, WaitingId = WaitingCommand.NewId() };
        if (await AddAsync(session, podNamespace, reference.Name, options, turn, cancellationToken) is not { } added)
        {
            return;
        }

        await ReadThroughAsync(session, added, cancellationToken);
    }

    /// <summary>Reads through a container that was added for it, and ends that whatever happens.</summary>
    private async Task ReadThroughAsync(ClusterSession session, (PodResource Pod, string Name) added, CancellationToken cancellationToken)
    {
        EphemeralContainer container = await WaitAsync(
            session, added.Pod, added.Name, new WaitOptions { Timeout = Seconds(TimeoutSec) }, cancellationToken);
        try
        {
            await EmitProcessesAsync(session, container, cancellationToken);
        }
        finally
        {
            await StopAsync(session, container);
        }
    }

    /// <summary>Adds a container when the user agrees; null when not.</summary>
    private async Task<(PodResource Pod, string Name)?> AddAsync(
        ClusterSession session,
        string podNamespace,
        string podName,
        ContainerOptions options,
        QuestionTurn turn,
        CancellationToken cancellationToken)
    {
        var creator = new ContainerCreator(session, EmitWarning);
        ContainerPlan plan = await creator.PlanAsync(podNamespace, podName, options, cancellationToken);
        await turn.WaitAsync(cancellationToken);
        bool agreed = await InPipelineAsync(() => ShouldProcess(
            $"pod {plan.Namespace}/{plan.Pod}",
            $"Add ephemeral container '{plan.Name}' (image {plan.Image}, target {plan.Target}), which stays in the pod's list, to read the processes"));
        turn.Dispose();
        return agreed ? (await creator.ApplyAsync(plan, cancellationToken), plan.Name) : null;
    }

    private async Task EmitProcessesAsync(ClusterSession session, EphemeralContainer container, CancellationToken cancellationToken)
    {
        EmitVerbose($"The processes are read through container {container}.");
        foreach (EphemeralProcess process in await new ProcessReader(session).ReadAsync(container, Seconds(TimeoutSec), cancellationToken))
        {
            if (IncludeHelper || !process.IsHelper)
            {
                Emit(process);
            }
        }
    }

    /// <summary>Ends the container also when the pipeline is being stopped.</summary>
    private async Task StopAsync(ClusterSession session, EphemeralContainer container)
    {
        try
        {
            await new ContainerStopper(session).StopAsync(container, CancellationToken.None);
        }
        catch (EphemeralDebugException exception)
        {
            EmitWarning($"{exception.Message} {exception.RecommendedAction}");
        }
    }
}
