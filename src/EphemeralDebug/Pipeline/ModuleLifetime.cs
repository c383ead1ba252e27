using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>Closes the connections when the module is removed.</summary>
public sealed class ModuleLifetime : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => SessionRegistry.CloseAll();
}
