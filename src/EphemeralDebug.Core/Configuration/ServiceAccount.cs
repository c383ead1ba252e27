using System.Text;

namespace EphemeralDebug.Configuration;

/// <summary>The service account that Kubernetes mounts into a pod, as client-go's in-cluster configuration reads it.</summary>
internal static class ServiceAccount
{
    public const string TokenPath = Folder + "token";
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount/";
    private const string CertificateAuthorityPath = Folder + "ca.crt";
    private const string NamespacePath = Folder + "namespace";
    private const string HostVariable = "KUBERNETES_SERVICE_HOST";
    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    public static bool IsAvailable(IConfigurationEnvironment environment) =>
        Address(environment) is not null && environment.FileExists(TokenPath);

    /// <summary>The cluster and user that stand for the service account.</summary>
    public static KubeConfigSelection Select(IConfigurationEnvironment environment)
    {
        if (Address(environment) is not { } address)
        {
            throw new ConfigurationException(
                ConfigurationError.NotInCluster,
                $"The service account of a pod was asked for, but {HostVariable} and {PortVariable} are not set.",
                "Run inside a pod, or use a kubeconfig.",
                setting: HostVariable);
        }

        bool hasAuthority = environment.FileExists(CertificateAuthorityPath);
        return new KubeConfigSelection
        {
            Namespace = Namespace(environment),
            Cluster = new ClusterEntry
            {
                Location = "service account",
                Server = address,
                CertificateAuthority = hasAuthority ? CertificateAuthorityPath : null,
            },
            User = new UserEntry { Location = "service account", TokenFile = TokenPath },
            Warnings = hasAuthority
                ? []
                : [$"The service account has no {CertificateAuthorityPath}; the system's certificates are trusted."],
        };
    }

    private static string? Address(IConfigurationEnvironment environment)
    {
        string? host = environment.GetVariable(HostVariable);
        string? port = environment.GetVariable(PortVariable);
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            return null;
        }

        return host.Contains(':') ? $"https://[{host}]:{port}" : $"https://{host}:{port}";
    }

    private static (string Name, string Source, string? File)? Namespace(IConfigurationEnvironment environment)
    {
        const string Variable = "POD_NAMESPACE";
        if (environment.GetVariable(Variable) is { Length: > 0 } name)
        {
            return (name, Variable, null);
        }

        byte[]? content = ReferencedFile.TryRead(environment, NamespacePath, "namespace file", setting: null);
        string text = content is null ? "" : Encoding.UTF8.GetString(content).Trim();
        return text.Length == 0 ? null : (text, "service account", NamespacePath);
    }
}
