using System.Management.Automation;
using System.Management.Automation.Host;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Pipeline;

/// <summary>Opens sessions. Nothing is sent yet.</summary>
internal static class SessionFactory
{
    /// <summary>Adds to a request what the user's PowerShell says: the folder it is in, the screen. On the pipeline thread.</summary>
    public static ConfigurationRequest Complete(ConfigurationRequest request, PSCmdlet cmdlet)
    {
        // What a credential program says, such as where to log in, has to be seen while it waits for it.
        PSHostUserInterface screen = cmdlet.Host.UI;
        return request with
        {
            WorkingDirectory = cmdlet.SessionState.Path.CurrentFileSystemLocation.Path,
            CredentialMessage = screen.WriteLine,
        };
    }

    public static ClusterSession Open(ConfigurationRequest request) => new(new KubeConfigLoader().Load(request), TimeProvider.System);
}
