using System.Net;
using System.Security.Cryptography.X509Certificates;
using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Configuration;

/// <summary>How to reach a cluster and as whom: everything a client needs, resolved and validated.</summary>
public sealed record ClusterConfiguration
{
    /// <summary>
    /// The API server's address. Its path ends with a slash, so that <c>new Uri(Server, "api/v1/…")</c> keeps a
    /// path prefix.
    /// </summary>
    public required Uri Server { get; init; }

    /// <summary>The namespace of requests that name none.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The kubeconfig's context, or null without one.</summary>
    public string? ContextName { get; init; }

    /// <summary>The name of the kubeconfig's cluster, or null without one.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The name of the kubeconfig's user, or null without one.</summary>
    public string? UserName { get; init; }

    /// <summary>The certificates that are trusted, and no others; null for those of the system.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>Whether the server's certificate is not verified.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>The name that is asked of the server and verified in its certificate; null for that of the address.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>The proxy on the way to the server, without its user name and password; null for none.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whether answers are asked for uncompressed.</summary>
    public bool DisableCompression { get; init; }

    /// <summary>Whom requests act as, or null for the user itself.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>How the user authenticates, in words.</summary>
    public string Authentication => Credentials.Description;

    /// <summary>Where each setting came from.</summary>
    public IReadOnlyList<SettingOrigin> Origins { get; init; } = [];

    /// <summary>What the user should know: an unverified server, credentials that are withheld.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    internal ICredentialSource Credentials { get; init; } = FixedCredentialSource.Anonymous;

    /// <summary>Which proxy a request takes, by <c>proxy-url</c> or by the environment's rules.</summary>
    internal IWebProxy? ProxySelection { get; init; }
}

/// <summary>Where the value of a setting came from.</summary>
/// <param name="Setting">The member of <see cref="ClusterConfiguration"/>.</param>
/// <param name="Source">The field, variable or parameter, such as <c>clusters[dev].cluster.server</c>.</param>
/// <param name="File">The file that defines it, or null when it was not a file.</param>
public sealed record SettingOrigin(string Setting, string Source, string? File)
{
    /// <summary>One line for display.</summary>
    public override string ToString() => File is null ? $"{Setting}: {Source}" : $"{Setting}: {Source} in {File}";
}
