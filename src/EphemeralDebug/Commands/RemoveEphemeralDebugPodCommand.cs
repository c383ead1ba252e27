using System.Management.Automation;
using EphemeralDebug.Debugging.Pods;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Deletes debug pods that this module or kubectl debug made, and refuses any other pod.</summary>
[Cmdlet(VerbsCommon.Remove, "EphemeralDebugPod", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveEphemeralDebugPodCommand : PodCmdlet
{
    private readonly QuestionOrder _questions = new();

    /// <summary>The debug pods.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>How long the pod's processes have to end, in seconds; the pod's own time where none is given.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int? GracePeriodSec { get; set; }

    /// <summary>Do not wait for the processes to end: the same as -GracePeriodSec 0. Their files may not be written.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Wait until the pod is gone.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>The longest wait, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 300;

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(Pod, PrepareToRemove);

    private Func<CancellationToken, Task> PrepareToRemove(ClusterSession session, PodReference reference)
    {
        QuestionTurn turn = _questions.Next();
        return async token =>
        {
            using (turn)
            {
                await RemoveAsync(session, reference, turn, token);
            }
        };
    }

    private async Task RemoveAsync(
        ClusterSession session, PodReference reference, QuestionTurn turn, CancellationToken cancellationToken)
    {
        DebugPod pod = await new DebugPodReader(session).GetAsync(
            NamespaceFor(reference, session), reference.Name, reference.DebugPod?.Uid, cancellationToken);
        await turn.WaitAsync(cancellationToken);
        string what = $"Delete debug pod ({(pod.Kind is DebugPodKind.Node ? $"on node {pod.Node}" : "copy")}, made by {pod.CreatedBy}, {pod.Phase})";
        bool agreed = await InPipelineAsync(() => ShouldProcess($"pod {pod}", what));
        turn.Dispose();
        if (!agreed)
        {
            return;
        }

        var remover = new DebugPodRemover(session);
        await remover.DeleteAsync(pod, Force ? 0 : GracePeriodSec, cancellationToken);
        if (Wait)
        {
            await remover.WaitUntilGoneAsync(pod, Seconds(TimeoutSec), cancellationToken);
        }
    }
}
