using System.Management.Automation;
using System.Management.Automation.Host;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Pods;
using EphemeralDebug.Debugging.Workloads;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Makes pods to debug in: copies of pods with a container added or changed, and pods on nodes. With -WhatIf the server
/// judges what would be sent.
/// </summary>
[Cmdlet(VerbsCommon.New, "EphemeralDebugPod", SupportsShouldProcess = true, DefaultParameterSetName = CopySet)]
[OutputType(typeof(DebugPod))]
[OutputType(typeof(ShellResult))]
public sealed partial class NewEphemeralDebugPodCommand : ShellCmdlet
{
    private const string CopySet = "Copy";
    private const string NodeSet = "Node";

    private readonly QuestionOrder _questions = new();
    private DebugPodCleaner? _cleaner;

    /// <summary>
    /// The pods to copy. What says of itself that it is a node, as <c>node/name</c> does, gets a pod on that node.
    /// </summary>
    [Parameter(ParameterSetName = CopySet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation(TakesNodes = true)]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The nodes to make a pod on.</summary>
    [Parameter(ParameterSetName = NodeSet, Mandatory = true)]
    [NodeTransformation]
    [ValidateNotNullOrEmpty]
    public NodeReference[] Node { get; set; } = [];

    /// <summary>The name of the copy; where none is given, the pod's name with <c>-debug-</c> and five random characters.</summary>
    [Parameter(ParameterSetName = CopySet)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string? CopyTo { get; set; }

    /// <summary>Wait until the container runs, or has ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Put a shell in the container into this terminal. When it ends, the pod is deleted.</summary>
    [Parameter]
    public SwitchParameter Enter { get; set; }

    /// <summary>With -Enter: attach to the container's own process, which is then the image's, in place of running a shell.</summary>
    [Parameter]
    public SwitchParameter Attach { get; set; }

    /// <summary>With -Enter: keep the pod when the shell has ended.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <summary>The longest wait for the container's start, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <summary>How long a start may keep failing before the wait ends, in seconds.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public double StartGraceSec { get; set; } = 15;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        ReadCustomProfile();
        _cleaner = new DebugPodCleaner(MakeWarner());
        if (Enter && !MyInvocation.BoundParameters.ContainsKey("WhatIf"))
        {
            RequireTerminal();
        }
    }

    // Each copy takes room on a node: of a workload one pod is copied, the one that kubectl would choose.
    private protected override PodScope ScopeOf(WorkloadReference workload) => PodScope.One;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName is NodeSet)
        {
            Array.ForEach(Node, ProcessNode);
            return;
        }

        foreach (PodReference pod in Pod)
        {
            if (pod.Node is { } node)
            {
                ProcessNode(FindCopyParameter() is { } parameter ? node with { Problem = $"'{node}' is a node, and -{parameter} is for copies of pods." } : node);
            }
            else if (Enter)
            {
                CompleteEach([pod], (session, source, token) => CreateAndEnterAsync(session, PlanCopy(session, source), token));
            }
            else
            {
                StartEach([pod], (session, source) => PrepareToCreate(session, PlanCopy(session, source)));
            }
        }
    }

    /// <summary>A parameter that was given and means nothing for a node, or null.</summary>
    private string? FindCopyParameter() => MyInvocation.BoundParameters.Keys.FirstOrDefault(static name => name is nameof(CopyTo)
        or nameof(SetImage) or nameof(ShareProcesses) or nameof(SameNode) or nameof(Replace) or nameof(KeepLabels)
        or nameof(KeepAnnotations) or nameof(KeepLiveness) or nameof(KeepReadiness) or nameof(KeepStartup) or nameof(KeepInitContainers));

    /// <summary>While the pipeline is being stopped nothing can be written to it, but to the screen.</summary>
    private Action<string> MakeWarner()
    {
        PSHostUserInterface screen = Host.UI;
        return text =>
        {
            if (Stopping)
            {
                screen.WriteWarningLine(text);
            }
            else
            {
                EmitWarning(text);
            }
        };
    }

    private void ProcessNode(NodeReference node)
    {
        if (node.Problem is not null)
        {
            WriteError(ErrorRecords.InvalidNode(node));
            return;
        }

        ClusterSession session = SessionFor();
        object target = node.Input ?? node;
        Func<CancellationToken, Task<PodPlan>> plan = token => new DebugPodCreator(session).PlanNodePodAsync(
            node.Name, Namespace ?? session.Namespace, CreateContainerOptions(), token);
        if (Enter)
        {
            Complete(target, token => CreateAndEnterAsync(session, plan, token));
        }
        else
        {
            Start(target, PrepareToCreate(session, plan));
        }
    }

    private Func<CancellationToken, Task<PodPlan>> PlanCopy(ClusterSession session, PodReference pod) => token =>
        new DebugPodCreator(session).PlanCopyAsync(NamespaceFor(pod, session), pod.Name, CreateCopyOptions(), token);

    private Func<CancellationToken, Task> PrepareToCreate(ClusterSession session, Func<CancellationToken, Task<PodPlan>> plan)
    {
        QuestionTurn turn = _questions.Next();
        return async token =>
        {
            using (turn)
            {
                await CreateAndEmitAsync(session, plan, turn, token);
            }
        };
    }

    private async Task CreateAndEmitAsync(
        ClusterSession session, Func<CancellationToken, Task<PodPlan>> plan, QuestionTurn turn, CancellationToken cancellationToken)
    {
        if (await CreateAsync(session, plan, turn, cancellationToken) is not { } created)
        {
            return;
        }

        if (!Wait)
        {
            Emit(created.Record);
            return;
        }

        try
        {
            await WaitAsync(session, created, cancellationToken);
            TracedPodResource pod = await session.TracedPods.GetAsync(created.Plan.Namespace, created.Plan.Name, cancellationToken);
            Emit(new DebugPodReader(session).Read(pod, created.Plan));
        }
        catch (EphemeralDebugException)
        {
            EmitWarning($"Debug pod '{created.Record}' stays; Remove-EphemeralDebugPod removes it.");
            throw;
        }
    }

    private async Task CreateAndEnterAsync(
        ClusterSession session, Func<CancellationToken, Task<PodPlan>> plan, CancellationToken cancellationToken)
    {
        if (await CreateAsync(session, plan, QuestionTurn.Now, cancellationToken) is not { } created)
        {
            return;
        }

        bool stays = Keep;
        try
        {
            EphemeralContainer container = await WaitAsync(session, created, cancellationToken);
            string[] command = created.Plan.AddsContainer && !Attaches ? Command ?? [] : [];
            ShellResult result = await EnterAsync(
                session, container, new ShellOptions { Attach = Attaches, Command = command }, cancellationToken);
            stays |= result.Detached;
        }
        finally
        {
            if (!stays)
            {
                await _cleaner!.RemoveAsync(session, created.Record);
            }
        }
    }

    private Task<EphemeralContainer> WaitAsync(ClusterSession session, Created created, CancellationToken cancellationToken) =>
        WaitAsync(
            session,
            created.Pod.ToPod(),
            created.Record.DefaultContainer ?? "",
            new WaitOptions { Timeout = Seconds(TimeoutSec), StartGrace = Seconds(StartGraceSec) },
            cancellationToken);

    /// <summary>Creates the pod when the user agrees; null when not.</summary>
    private async Task<Created?> CreateAsync(
        ClusterSession session, Func<CancellationToken, Task<PodPlan>> makePlan, QuestionTurn turn, CancellationToken cancellationToken)
    {
        PodPlan plan = await makePlan(cancellationToken);
        await turn.WaitAsync(cancellationToken);
        (bool agreed, bool isWhatIf) = await AskAsync(plan);
        turn.Dispose();
        Array.ForEach([.. plan.Warnings], EmitWarning);
        var creator = new DebugPodCreator(session);
        if (isWhatIf)
        {
            await creator.CheckAsync(plan, cancellationToken);
            await TellAsync($"What if: The server would accept pod '{plan.Namespace}/{plan.Name}'.");
        }

        if (!agreed)
        {
            return null;
        }

        TracedPodResource pod = await _cleaner!.CreateAsync(session, plan, cancellationToken);
        if (plan.ReplacesSource)
        {
            await DeleteSourceAsync(creator, plan, cancellationToken);
        }

        return new Created(plan, pod, new DebugPodReader(session).Read(pod, plan));
    }

    /// <summary>That the original is still there is an error, and the copy is there to be used all the same.</summary>
    private async Task DeleteSourceAsync(DebugPodCreator creator, PodPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await creator.DeleteSourceAsync(plan, cancellationToken);
        }
        catch (EphemeralDebugException exception)
        {
            EmitError(ErrorRecords.From(exception, $"{plan.Namespace}/{plan.SourcePod}"));
        }
    }

    private Task<(bool Agreed, bool IsWhatIf)> AskAsync(PodPlan plan)
    {
        string question = $"Performing the operation \"{DebugPodText.Describe(plan, Profile)}\" on target \"{DebugPodText.DescribeTarget(plan)}\".";
        return InPipelineAsync(() =>
        {
            bool agreed = ShouldProcess(
                question, $"Are you sure you want to perform this action?\n{question}", "Confirm", out ShouldProcessReason reason);
            return (agreed, reason is ShouldProcessReason.WhatIf);
        });
    }

    private sealed record Created(PodPlan Plan, TracedPodResource Pod, DebugPod Record);
}
