using System.Management.Automation;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Debugging;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Gets the ephemeral containers of pods, of a namespace, or of the whole cluster.</summary>
[Cmdlet(VerbsCommon.Get, "EphemeralContainer", DefaultParameterSetName = NamespaceSet)]
[OutputType(typeof(EphemeralContainer))]
public sealed class GetEphemeralContainerCommand : PodCmdlet
{
    private const string NamespaceSet = "Namespace";
    private const string PodSet = "Pod";
    private const string AllSet = "AllNamespaces";

    /// <summary>The pods; workloads such as deployment/web stand for all of their pods.</summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>Only containers of these names; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

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
    protected override void ProcessRecord() => StartEach(Pod, EmitOfPodAsync);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // A pipeline that brought no pod asks for nothing, not for everything.
        if (ParameterSetName is not PodSet && !MyInvocation.ExpectingInput)
        {
            ClusterSession session = SessionFor();
            string? scope = AllNamespaces ? null : Namespace ?? session.Namespace;
            Start(scope, token => EmitOfListAsync(session, scope, token));
        }

        base.EndProcessing();
    }

    private async Task EmitOfPodAsync(ClusterSession session, PodReference reference, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(NamespaceFor(reference, session), reference.Name, cancellationToken);
        var names = new ContainerNames(Name, reference.Container);
        Emit(pod, session, names);
        if (names.FindMissing(pod) is { } missing)
        {
            EmitError(ErrorRecords.From(WaitErrors.NoSuchContainer(pod, missing), missing));
        }
    }

    private async Task EmitOfListAsync(ClusterSession session, string? scope, CancellationToken cancellationToken)
    {
        var names = new ContainerNames(Name, container: null);
        await foreach (PodResource pod in session.Pods.ListWithEphemeralContainersAsync(scope, LabelSelector, cancellationToken))
        {
            Emit(pod, session, names);
        }
    }

    private void Emit(PodResource pod, ClusterSession session, ContainerNames names)
    {
        foreach (EphemeralContainer container in ContainerReader.Read(pod, session))
        {
            if (names.Match(container.Name))
            {
                Emit(container);
            }
        }
    }
}
