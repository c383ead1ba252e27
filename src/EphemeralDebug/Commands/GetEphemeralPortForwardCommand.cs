using System.Globalization;
using System.Management.Automation;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Gets the port forwards of this process; what they count and say goes on changing.</summary>
[Cmdlet(VerbsCommon.Get, "EphemeralPortForward", DefaultParameterSetName = PodSet)]
[OutputType(typeof(PortForward))]
public sealed class GetEphemeralPortForwardCommand : PortForwardCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (PortForward forward in Find())
        {
            if (forward.LastError is { } error)
            {
                WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"Port forward {forward.Id} ({forward}): {error}"));
            }

            WriteObject(forward);
        }

        base.EndProcessing();
    }
}
