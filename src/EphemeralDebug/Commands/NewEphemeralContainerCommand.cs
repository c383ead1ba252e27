using System.Management.Automation;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
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
public sealed partial class NewEphemeralContainerCommand : ShellCmdlet
{
    private const string AddSet = "Add";
    private const string EnterSet = "Enter";
    private const string AddSelectedSet = "AddSelected";
    private const string EnterSelectedSet = "EnterSelected";

    private readonly QuestionOrder _questions = new();

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

    private WaitOptions StartLimits => new() { Timeout = Seconds(TimeoutSec), StartGrace = Seconds(StartGraceSec) };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        ReadCustomProfile();
        if (Enter && !MyInvocation.BoundParameters.ContainsKey("WhatIf"))
        {
            RequireTerminal();
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
            StartEach(pods, PrepareToAdd);
        }
    }

    private protected override PodScope ScopeOf(WorkloadReference workload) =>
        !Enter && (AllPods || Selector is not null) ? PodScope.Living : PodScope.One;

    private Func<CancellationToken, Task> PrepareToAdd(ClusterSession session, PodReference reference)
    {
        QuestionTurn turn = _questions.Next();
        return async token =>
        {
            using (turn)
            {
                await AddAsync(session, reference, turn, token);
            }
        };
    }

    private async Task AddAsync(ClusterSession session, PodReference reference, QuestionTurn turn, CancellationToken cancellationToken)
    {
        if (await CreateAsync(session, reference, turn, cancellationToken) is not { } created)
        {
            return;
        }

        EphemeralContainer container = Wait
            ? await WaitAsync(session, created.Pod, created.Plan.Name, StartLimits, cancellationToken)
            : ContainerReader.Find(created.Pod, created.Plan.Name, session)!;
        Emit(container.With(created.Plan, created.Reused));
    }

    private async Task AddAndEnterAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        if (await CreateAsync(session, reference, QuestionTurn.Now, cancellationToken) is not { } created)
        {
            return;
        }

        EphemeralContainer container = await WaitAsync(session, created.Pod, created.Plan.Name, StartLimits, cancellationToken);
        var options = new ShellOptions { Attach = Attaches, Command = Attaches ? [] : Command ?? [] };
        ShellResult result = await EnterAsync(session, container, options, cancellationToken);
        if (!Keep && !created.Reused && !result.Detached && container.Marker is not null)
        {
            await new ContainerStopper(session).StopAsync(container, cancellationToken);
        }
    }

    /// <summary>Adds the container, or takes one that fits, when the user agrees; null when not.</summary>
    private async Task<Created?> CreateAsync(
        ClusterSession session, PodReference reference, QuestionTurn turn, CancellationToken cancellationToken)
    {
        var creator = new ContainerCreator(session, EmitWarning);
        PreparedContainer prepared = await new ContainerPreparer(session, creator).PrepareAsync(
            NamespaceFor(reference, session), reference.Name, CreateOptions(), Reuse, cancellationToken);
        ContainerPlan plan = prepared.Plan;
        await turn.WaitAsync(cancellationToken);
        (bool agreed, bool isWhatIf) = await AskAsync(prepared);
        if (isWhatIf && prepared.Reused is null)
        {
            await PreviewAsync(creator, plan, reference, cancellationToken);
        }

        turn.Dispose();
        if (!agreed)
        {
            return null;
        }

        if (prepared.Reused is { } running)
        {
            EmitVerbose($"Container {plan.Namespace}/{plan.Pod}/{running} runs already and is what was asked for: none is added.");
            return new Created(prepared.Pod, plan, Reused: true);
        }

        return new Created(await ApplyAsync(creator, plan, cancellationToken), plan, Reused: false);
    }

    private async Task<PodResource> ApplyAsync(ContainerCreator creator, ContainerPlan plan, CancellationToken cancellationToken)
    {
        if (plan.ProfileReason is { } reason)
        {
            EmitVerbose($"Pod {plan.Namespace}/{plan.Pod}: profile {plan.Profile}, because {reason}.");
        }

        using var warnings = ServerWarnings.Collect();
        PodResource pod = await creator.ApplyAsync(plan, cancellationToken);
        WarnOf(plan.Warnings.Concat(warnings.Texts));
        return pod;
    }

    private async Task<(bool Agreed, bool IsWhatIf)> AskAsync(PreparedContainer prepared)
    {
        ContainerPlan plan = prepared.Plan;
        string details = $"image {plan.Image}{(plan.Target is null ? "" : $", target {plan.Target}")}, profile {plan.Profile}";
        string what = prepared.Reused is { } running
            ? $"Use the running ephemeral container '{running}' ({details}) again"
            : $"Add ephemeral container '{plan.Name}' ({details}), which stays until the pod ends";
        string question = $"Performing the operation \"{what}\" on target \"pod {plan.Namespace}/{plan.Pod}\".";
        return await InPipelineAsync(() =>
        {
            bool agreed = ShouldProcess(question, $"Are you sure you want to perform this action?\n{question}", "Confirm", out ShouldProcessReason reason);
            return (agreed, reason is ShouldProcessReason.WhatIf);
        });
    }

    /// <summary>Shows what would be sent and what the server would say; its refusal is an error as in earnest.</summary>
    private async Task PreviewAsync(
        ContainerCreator creator, ContainerPlan plan, PodReference reference, CancellationToken cancellationToken)
    {
        (ContainerPreview preview, EphemeralDebugException? refusal) = await new ContainerPreviewer(creator).PreviewAsync(plan, cancellationToken);
        string reason = preview.ProfileReason is { } why ? $"Profile {preview.Profile}, because {why}.\n" : "";
        await TellAsync($"{reason}PATCH {preview.Path}\n{preview.Patch}\nThe server would {(preview.Accepted ? "accept" : "refuse")} it.");
        WarnOf(preview.Warnings);
        if (PassThru)
        {
            Emit(preview);
        }

        if (refusal is not null)
        {
            EmitError(ErrorRecords.From(refusal, reference.Input ?? reference));
        }
    }

    private void WarnOf(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
        {
            EmitWarning(warning);
        }
    }

    /// <summary>The container to go on with, and the pod that has it.</summary>
    private sealed record Created(PodResource Pod, ContainerPlan Plan, bool Reused);
}
