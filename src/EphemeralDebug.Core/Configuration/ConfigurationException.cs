namespace EphemeralDebug.Configuration;

/// <summary>What is wrong with a configuration or a credential.</summary>
public enum ConfigurationError
{
    /// <summary>No kubeconfig was found where one was looked for.</summary>
    FileNotFound,

    /// <summary>A file exists and cannot be read.</summary>
    FileUnreadable,

    /// <summary>A kubeconfig is neither JSON nor YAML, or a field has the wrong type.</summary>
    Malformed,

    /// <summary>The kubeconfig files that were found say nothing.</summary>
    Empty,

    /// <summary>No context is chosen, or the chosen one is not defined.</summary>
    ContextNotFound,

    /// <summary>The context lacks a cluster, or names one that is not defined.</summary>
    ContextIncomplete,

    /// <summary>A setting has a value that cannot be used, or contradicts another setting.</summary>
    InvalidSetting,

    /// <summary>The service account of a pod was asked for outside of a pod.</summary>
    NotInCluster,

    /// <summary>A credential could not be obtained: a file, or a credential program that failed.</summary>
    CredentialFailed,

    /// <summary>The credential program is not installed.</summary>
    CredentialProgramNotFound,
}

/// <summary>
/// A configuration that cannot be used. Neither the message nor the recommended action ever contains a
/// token, a password, a key, or the output of a credential program.
/// </summary>
public sealed class ConfigurationException : EphemeralDebugException
{
    /// <summary>Creates the exception; <paramref name="problem"/> and <paramref name="remedy"/> are sentences.</summary>
    public ConfigurationException(
        ConfigurationError error,
        string problem,
        string remedy,
        string? file = null,
        string? setting = null,
        Exception? innerException = null)
        : base(error.ToString(), KindOf(error), problem, remedy, innerException)
    {
        Error = error;
        File = file;
        Setting = setting;
    }

    /// <summary>The kind of error.</summary>
    public ConfigurationError Error { get; }

    /// <summary>The file that is to blame, if one is.</summary>
    public string? File { get; }

    /// <summary>The setting that is to blame, such as <c>users[admin].user.tokenFile</c> or <c>KUBECONFIG</c>.</summary>
    public string? Setting { get; }

    private static FailureKind KindOf(ConfigurationError error) => error switch
    {
        ConfigurationError.FileNotFound or ConfigurationError.ContextNotFound => FailureKind.NotFound,
        ConfigurationError.FileUnreadable => FailureKind.PermissionDenied,
        ConfigurationError.CredentialFailed or ConfigurationError.CredentialProgramNotFound => FailureKind.Authentication,
        ConfigurationError.NotInCluster => FailureKind.InvalidOperation,
        _ => FailureKind.InvalidData,
    };
}
