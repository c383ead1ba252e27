using System.Security.Cryptography.X509Certificates;

namespace EphemeralDebug.Configuration;

/// <summary>
/// What a caller says about the cluster to use. Everything may be left out: then the configuration is found as
/// kubectl finds it. With <see cref="Server"/> no kubeconfig is read, and with <see cref="InCluster"/> neither.
/// </summary>
public sealed record ConfigurationRequest
{
    /// <summary>The one kubeconfig to read; null for those of KUBECONFIG, or else <c>~/.kube/config</c>.</summary>
    public string? KubeConfigPath { get; init; }

    /// <summary>The folder of relative paths here and in KUBECONFIG; the process's own by default.</summary>
    public string WorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>The context, in place of the kubeconfig's current one.</summary>
    public string? Context { get; init; }

    /// <summary>The name of a cluster in the kubeconfig, in place of the context's.</summary>
    public string? Cluster { get; init; }

    /// <summary>The name of a user in the kubeconfig, in place of the context's.</summary>
    public string? User { get; init; }

    /// <summary>The namespace, in place of the context's.</summary>
    public string? Namespace { get; init; }

    /// <summary>Uses the service account of the pod that this process runs in.</summary>
    public bool InCluster { get; init; }

    /// <summary>The API server's address, without any kubeconfig.</summary>
    public string? Server { get; init; }

    /// <summary>A file of PEM certificates that sign the certificate of <see cref="Server"/>.</summary>
    public string? CertificateAuthorityPath { get; init; }

    /// <summary>The name in the certificate of <see cref="Server"/>, where it is not that of the address.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Does not verify the certificate of <see cref="Server"/>.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>The proxy on the way to <see cref="Server"/>: http, https or socks5.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>A bearer token, in place of the credentials of the kubeconfig's user.</summary>
    public string? Token { get; init; }

    /// <summary>A client certificate with its private key, in place of the credentials of the kubeconfig's user.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whom to act as; a member that is set counts more than the kubeconfig's.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>How long a credential program may run.</summary>
    public TimeSpan CredentialTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether a credential program may use the terminal, where there is one.</summary>
    public bool AllowInteraction { get; init; } = true;

    /// <summary>
    /// Receives what a credential program writes to its error output, line by line, such as where to log in. Called
    /// from any thread; control characters are made visible.
    /// </summary>
    public Action<string>? CredentialMessage { get; init; }

    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        // The members that the compiler would print include the token.
        builder.Append("Context = ").Append(Context).Append(", Server = ").Append(Server);
        return true;
    }
}
