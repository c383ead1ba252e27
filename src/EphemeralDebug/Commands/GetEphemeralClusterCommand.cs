using System.Management.Automation;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Gets the current session; nothing when there is none.</summary>
[Cmdlet(VerbsCommon.Get, "EphemeralCluster")]
[OutputType(typeof(ClusterSession))]
public sealed class GetEphemeralClusterCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (SessionRegistry.Current is { } session)
        {
            WriteObject(session);
        }
    }
}
