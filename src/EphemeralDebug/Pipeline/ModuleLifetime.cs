using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>Closes the connections and the local ports when the module is removed.</summary>
public sealed class ModuleLifetime : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        PortForwardRegistry.CloseAll();
        SessionRegistry.CloseAll();
    }
}
