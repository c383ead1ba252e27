using System.Text.Json;

namespace EphemeralDebug.Configuration;

/// <summary>One kubeconfig file as it was read: nothing resolved, nothing merged.</summary>
internal sealed record KubeConfigFile
{
    public required string Path { get; init; }

    public string? CurrentContext { get; init; }

    public IReadOnlyDictionary<string, ClusterEntry> Clusters { get; init; } = new Dictionary<string, ClusterEntry>();

    public IReadOnlyDictionary<string, UserEntry> Users { get; init; } = new Dictionary<string, UserEntry>();

    public IReadOnlyDictionary<string, ContextEntry> Contexts { get; init; } = new Dictionary<string, ContextEntry>();
}

/// <summary>An entry of a kubeconfig, with the file that defines it: relative paths resolve against its folder.</summary>
internal abstract record KubeConfigEntry
{
    /// <summary>The path of the defining file; empty for the entry that stands for one that is not there.</summary>
    public string File { get; init; } = "";

    /// <summary>Where the entry stands in the file, such as <c>users[admin].user</c>.</summary>
    public string Location { get; init; } = "";

    public string SettingName(string field) => $"{Location}.{field}";

    /// <summary>The error that blames a field of this entry; <paramref name="problem"/> continues "The setting x …".</summary>
    public ConfigurationException Invalid(string field, string problem, string remedy) => new(
        ConfigurationError.InvalidSetting,
        $"The setting {SettingName(field)}{(File.Length == 0 ? "" : $" in '{File}'")} {problem}.",
        remedy,
        File.Length == 0 ? null : File,
        SettingName(field));

    /// <summary>The path as an absolute one.</summary>
    public string Resolve(string path) => System.IO.Path.IsPathFullyQualified(path)
        ? path
        : System.IO.Path.GetFullPath(System.IO.Path.Join(System.IO.Path.GetDirectoryName(File), path));
}

internal sealed record ContextEntry : KubeConfigEntry
{
    public string? Cluster { get; init; }

    public string? User { get; init; }

    public string? Namespace { get; init; }
}

internal sealed record ClusterEntry : KubeConfigEntry
{
    public string? Server { get; init; }

    public string? TlsServerName { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    public string? CertificateAuthority { get; init; }

    public byte[]? CertificateAuthorityData { get; init; }

    public string? ProxyUrl { get; init; }

    public bool DisableCompression { get; init; }

    /// <summary>The extension <c>client.authentication.k8s.io/exec</c>, which credential programs are given.</summary>
    public JsonElement? ExecConfig { get; init; }
}

internal sealed record UserEntry : KubeConfigEntry
{
    public string? ClientCertificate { get; init; }

    public byte[]? ClientCertificateData { get; init; }

    public string? ClientKey { get; init; }

    public byte[]? ClientKeyData { get; init; }

    public string? Token { get; init; }

    public string? TokenFile { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public string? AuthProvider { get; init; }

    public ExecEntry? Exec { get; init; }

    public Impersonation Impersonation { get; init; } = new();

    public bool HasCertificate => ClientCertificate is not null || ClientCertificateData is not null;

    public bool HasBasic => Username is not null || Password is not null;
}

internal sealed record ExecEntry
{
    public string? ApiVersion { get; init; }

    public string? Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public string? InteractiveMode { get; init; }

    public bool ProvideClusterInfo { get; init; }

    public string? InstallHint { get; init; }
}
