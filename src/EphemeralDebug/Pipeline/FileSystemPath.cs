using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>Paths as people write them at the prompt.</summary>
internal static class FileSystemPath
{
    /// <summary>The path of a file that need not exist, below the prompt's location; wildcard characters stand for themselves.</summary>
    /// <exception cref="EphemeralDebugException">It leads out of the file system, or to a drive that is not there.</exception>
    public static string Resolve(PSCmdlet cmdlet, string path)
    {
        try
        {
            string resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name is "FileSystem"
                ? resolved
                : throw Invalid(path, $"it belongs to the provider {provider.Name}, not to the file system");
        }
        catch (SessionStateException exception)
        {
            throw Invalid(path, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static EphemeralDebugException Invalid(string path, string why, Exception? cause = null) => new(
        "InvalidPath",
        FailureKind.InvalidArgument,
        $"'{path}' is no path of a file: {why}.",
        "Give a path of the file system; Get-PSDrive lists the drives.",
        cause);
}
