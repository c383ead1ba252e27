using System.Management.Automation;
using EphemeralDebug.Debugging.Pods;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Gets the pods that this module and kubectl debug made to debug, and no other ones.</summary>
[Cmdlet(VerbsCommon.Get, "EphemeralDebugPod", DefaultParameterSetName = NamespaceSet)]
[OutputType(typeof(DebugPod))]
public sealed class GetEphemeralDebugPodCommand : PodCmdlet
{
    private const string NamespaceSet = "Namespace";
    private const string PodSet = "Pod";
    private const string AllSet = "AllNamespaces";

    /// <summary>The debug pods.</summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>Look in every namespace.</summary>
    [Parameter(ParameterSetName = AllSet, Mandatory = true)]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    /// <summary>Only pods with these labels, such as <c>app=web,tier!=front</c>.</summary>
    [Parameter(ParameterSetName = NamespaceSet)]
    [Parameter(ParameterSetName = AllSet)]
    [Alias("l", "Selector")]
    [ValidateNotNullOrEmpty]
    public string? LabelSelector { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(Pod, EmitPodAsync);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // A pipeline that brought no pod asks for nothing, not for everything.
        if (ParameterSetName is not PodSet && !MyInvocation.ExpectingInput)
        {
            ClusterSession session = SessionFor();
            string? scope = AllNamespaces ? null : Namespace ?? session.Namespace;
            Start(scope, token => EmitListAsync(session, scope, token));
        }

        base.EndProcessing();
    }

    private async Task EmitPodAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken) =>
        Emit(await new DebugPodReader(session).GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken));

    private async Task EmitListAsync(ClusterSession session, string? scope, CancellationToken cancellationToken)
    {
        await foreach (DebugPod pod in new DebugPodReader(session).ListAsync(scope, LabelSelector, cancellationToken))
        {
            Emit(pod);
        }
    }
}
