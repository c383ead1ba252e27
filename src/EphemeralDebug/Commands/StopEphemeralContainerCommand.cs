using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Ends containers that this module has started to wait: their own process and no other. They stay in the pod's list, as
/// terminated.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "EphemeralContainer", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = PodSet)]
[OutputType(typeof(EphemeralContainer))]
public sealed class StopEphemeralContainerCommand : PodCmdlet
{
    private const string PodSet = "Pod";
    private const string SelectorSet = "Selector";

    private readonly QuestionOrder _questions = new();

    /// <summary>The pods, workloads, which stand for all of their pods, or records of containers.</summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The pods with these labels, such as <c>app=web,tier!=front</c>.</summary>
    [Parameter(ParameterSetName = SelectorSet, Mandatory = true)]
    [Alias("l", "LabelSelector")]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

    /// <summary>The containers; wildcards are allowed. All that run in the pod where none is given.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>
    /// How long the container may take to end, and then the kubelet to report it, in seconds. Its process is killed when it
    /// has not ended 5 s after TERM.
    /// </summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 20;

    /// <summary>Gets the containers as they are when they have ended.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(Selector is null ? Pod : Selected(Selector), PrepareToStop);

    private Func<CancellationToken, Task> PrepareToStop(ClusterSession session, PodReference reference)
    {
        QuestionTurn turn = _questions.Next();
        return async token =>
        {
            using (turn)
            {
                await StopAsync(session, reference, turn, token);
            }
        };
    }

    private async Task StopAsync(ClusterSession session, PodReference reference, QuestionTurn turn, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken);
        var names = new ContainerNames(Name, reference.Container);
        if (names.FindMissing(pod) is { } missing)
        {
            throw WaitErrors.NoSuchContainer(pod, missing);
        }

        EphemeralContainer[] containers = [.. ContainerReader.Read(pod, session).Where(container => names.Match(container.Name))];
        await turn.WaitAsync(cancellationToken);
        var agreed = new List<EphemeralContainer>(containers.Length);
        foreach (EphemeralContainer container in containers)
        {
            if (await IsToEndAsync(container))
            {
                agreed.Add(container);
            }
        }

        turn.Dispose();
        await Task.WhenAll(agreed.Select(container => StopOneAsync(session, container, reference, cancellationToken)));
    }

    /// <summary>Whether the container is alive and the user agrees to end it.</summary>
    private async Task<bool> IsToEndAsync(EphemeralContainer container)
    {
        if (container.State is not ContainerState.Terminated)
        {
            return await InPipelineAsync(() => ShouldProcess(
                $"container {container}", "End the container's own process"));
        }

        EmitVerbose($"Container {container} has ended already: there is nothing to do.");
        Pass(container);
        return false;
    }

    private async Task StopOneAsync(
        ClusterSession session, EphemeralContainer container, PodReference reference, CancellationToken cancellationToken)
    {
        try
        {
            Pass(await new ContainerStopper(session).StopAsync(container, Seconds(TimeoutSec), cancellationToken));
        }
        catch (EphemeralDebugException exception)
        {
            EmitError(ErrorRecords.From(exception, reference.Input ?? reference));
        }
    }

    private void Pass(EphemeralContainer container)
    {
        if (PassThru)
        {
            Emit(container);
        }
    }
}
