using System.Management.Automation;
using EphemeralDebug.Debugging.Preflight;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Tells whether pods can be debugged and what stands in the way: server, API, rights, PodSecurity, and of a pod what keeps
/// ephemeral containers from it. Changes nothing.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "EphemeralCluster")]
[OutputType(typeof(EphemeralClusterCheck))]
[OutputType(typeof(bool))]
public sealed class TestEphemeralClusterCommand : PodCmdlet
{
    /// <summary>The pods to look at; without any, the checks are those of the cluster and the namespace.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>The container of the pods that is to be debugged.</summary>
    [Parameter]
    [Alias("TargetContainer")]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>Only whether ephemeral containers can be used: false when a required check has failed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The longest wait for each answer of the server, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double TimeoutSec { get; set; } = 30;

    /// <inheritdoc/>
    protected override void ProcessRecord() => StartEach(
        Pod, (session, pod, token) => TestAsync(session, NamespaceFor(pod, session), pod.Name, token));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // A pipeline that brought no pod asks for nothing.
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(Pod)) && !MyInvocation.ExpectingInput)
        {
            ClusterSession session = SessionFor();
            Start(session, token => TestAsync(session, Namespace ?? session.Namespace, pod: null, token));
        }

        base.EndProcessing();
    }

    private async Task TestAsync(ClusterSession session, string podNamespace, string? pod, CancellationToken cancellationToken)
    {
        IReadOnlyList<EphemeralClusterCheck> checks = await ClusterPreflight.RunAsync(
            session, podNamespace, pod, Target, Seconds(TimeoutSec), cancellationToken);
        if (Quiet)
        {
            Emit(ClusterPreflight.IsReady(checks));
            return;
        }

        // At once, so that those of one pod stay together when several are looked at.
        foreach (EphemeralClusterCheck check in checks)
        {
            Emit(check);
        }
    }
}
