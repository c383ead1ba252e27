using System.Management.Automation;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Ends port forwards: their local ports are free again, and the connections through them are closed.</summary>
[Cmdlet(VerbsCommon.Remove, "EphemeralPortForward", SupportsShouldProcess = true, DefaultParameterSetName = PortForwardSet)]
[OutputType(typeof(void))]
public sealed class RemoveEphemeralPortForwardCommand : PortForwardCmdlet
{
    private const string PortForwardSet = "PortForward";

    /// <summary>What New- or Get-EphemeralPortForward returned.</summary>
    [Parameter(ParameterSetName = PortForwardSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PortForward[] PortForward { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        PortForward[] meant = ParameterSetName is PortForwardSet ? PortForward : [.. Find()];
        foreach (PortForward forward in meant)
        {
            if (ShouldProcess($"port forward {forward.Id} ({forward})", "End"))
            {
                Complete(forward, _ => PortForwardRegistry.RemoveAsync(forward));
            }
        }
    }
}
