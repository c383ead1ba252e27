using System.Management.Automation;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Closes a session: the current one where none is given. Containers stay as they are.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "EphemeralCluster")]
[OutputType(typeof(void))]
public sealed class DisconnectEphemeralClusterCommand : PSCmdlet
{
    /// <summary>The session to close.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public ClusterSession? Session { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if ((Session ?? SessionRegistry.Current) is { } session)
        {
            SessionRegistry.Close(session);
        }
    }
}
