using System.Security.Cryptography.X509Certificates;
using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Configuration;

/// <summary>Validates the chosen entries and resolves them to a configuration.</summary>
internal sealed class ClusterConfigurationBuilder(
    ConfigurationRequest request,
    KubeConfigSelection selection,
    IConfigurationEnvironment environment,
    TimeProvider time)
{
    private readonly ClusterEntry _cluster = selection.Cluster;
    private readonly UserEntry _user = selection.User;
    private readonly List<SettingOrigin> _origins = [];
    private readonly List<string> _warnings = [.. selection.Warnings];

    public ClusterConfiguration Build()
    {
        Uri server = Server();
        bool isSecure = server.Scheme == "https";
        UserValidation.Validate(_user, environment);
        byte[]? authority = CertificateAuthorityPem();
        (Uri? proxy, ProxySelection? proxySelection) = Proxy(server);
        return new ClusterConfiguration
        {
            Server = server,
            ContextName = Context(),
            ClusterName = selection.ClusterName,
            UserName = selection.UserName,
            Namespace = Namespace(),
            CertificateAuthorities = isSecure ? CertificateAuthorities(authority) : null,
            InsecureSkipTlsVerify = isSecure && Insecure(),
            TlsServerName = isSecure ? TlsServerName() : null,
            Proxy = proxy,
            ProxySelection = proxySelection,
            DisableCompression = DisableCompression(),
            Impersonation = ResolveImpersonation(),
            Credentials = isSecure ? Credentials() : Withheld(),
            Origins = _origins,
            Warnings = _warnings,
        };
    }

    private Uri Server()
    {
        if (_cluster.Server is not { } address)
        {
            throw _cluster.Invalid("server", "is not set", "Set it to https://host:port.");
        }

        AddOrigin(nameof(ClusterConfiguration.Server), _cluster, "server");
        return ServerAddress.Parse(address, _cluster.SettingName("server"), FileOf(_cluster));
    }

    private string? Context()
    {
        if (selection.ContextOrigin is var (source, file))
        {
            _origins.Add(new SettingOrigin(nameof(ClusterConfiguration.ContextName), source, file));
        }

        return selection.ContextName;
    }

    private string Namespace()
    {
        (string name, string source, string? file) = string.IsNullOrEmpty(request.Namespace)
            ? selection.Namespace ?? ("default", "default", null)
            : (request.Namespace, "parameter Namespace", null);
        _origins.Add(new SettingOrigin(nameof(ClusterConfiguration.Namespace), source, file));
        return name;
    }

    private byte[]? CertificateAuthorityPem()
    {
        if (_cluster.CertificateAuthority is not { } path)
        {
            return _cluster.CertificateAuthorityData;
        }

        const string Field = "certificate-authority";
        return _cluster.CertificateAuthorityData is null
            ? ReferencedFile.Read(
                environment, _cluster.Resolve(path), "certificate authority file", _cluster.SettingName(Field))
            : throw _cluster.Invalid(
                Field, "is set together with certificate-authority-data", "Remove one of them.");
    }

    private X509Certificate2Collection? CertificateAuthorities(byte[]? pem)
    {
        if (pem is null)
        {
            return null;
        }

        string field = _cluster.CertificateAuthority is null ? "certificate-authority-data" : "certificate-authority";
        X509Certificate2Collection certificates = PemCertificates.Read(pem);
        if (certificates.Count == 0)
        {
            throw _cluster.Invalid(field, "contains no certificate in PEM form", "Put the cluster's CA there.");
        }

        AddOrigin(nameof(ClusterConfiguration.CertificateAuthorities), _cluster, field);
        return certificates;
    }

    private bool Insecure()
    {
        const string Field = "insecure-skip-tls-verify";
        if (!_cluster.InsecureSkipTlsVerify)
        {
            return false;
        }

        if (_cluster.CertificateAuthority is not null || _cluster.CertificateAuthorityData is not null)
        {
            throw _cluster.Invalid(Field, "is set together with a certificate authority", "Remove one of them.");
        }

        AddOrigin(nameof(ClusterConfiguration.InsecureSkipTlsVerify), _cluster, Field);
        _warnings.Add(
            $"The certificate of {_cluster.Server} is not verified ({_cluster.SettingName(Field)}): "
            + "whoever answers there receives the credentials.");
        return true;
    }

    private string? TlsServerName()
    {
        if (string.IsNullOrEmpty(_cluster.TlsServerName))
        {
            return null;
        }

        AddOrigin(nameof(ClusterConfiguration.TlsServerName), _cluster, "tls-server-name");
        return _cluster.TlsServerName;
    }

    private bool DisableCompression()
    {
        if (_cluster.DisableCompression)
        {
            AddOrigin(nameof(ClusterConfiguration.DisableCompression), _cluster, "disable-compression");
        }

        return _cluster.DisableCompression;
    }

    private (Uri? Proxy, ProxySelection? Selection) Proxy(Uri server)
    {
        const string Field = "proxy-url";
        ProxySelection? proxies;
        if (string.IsNullOrEmpty(_cluster.ProxyUrl))
        {
            proxies = ProxySelection.FromEnvironment(environment);
        }
        else
        {
            proxies = ProxySelection.Fixed(
                ServerAddress.ParseProxy(_cluster.ProxyUrl, _cluster.SettingName(Field), FileOf(_cluster)));
        }

        if (proxies?.GetProxy(server) is not { } proxy)
        {
            return (null, proxies);
        }

        if (string.IsNullOrEmpty(_cluster.ProxyUrl))
        {
            string variable = $"environment {server.Scheme.ToUpperInvariant()}_PROXY";
            _origins.Add(new SettingOrigin(nameof(ClusterConfiguration.Proxy), variable, null));
        }
        else
        {
            AddOrigin(nameof(ClusterConfiguration.Proxy), _cluster, Field);
        }

        return (new UriBuilder(proxy) { UserName = "", Password = "" }.Uri, proxies);
    }

    private Impersonation? ResolveImpersonation()
    {
        Impersonation impersonation = _user.Impersonation.OverriddenBy(request.Impersonation);
        if (impersonation.IsEmpty)
        {
            return null;
        }

        if (string.IsNullOrEmpty(impersonation.UserName))
        {
            throw _user.Invalid(
                "as",
                "is not set, but a uid, groups or extra fields to impersonate are",
                "Name the user to impersonate too.");
        }

        if (impersonation.HasControlCharacters)
        {
            throw _user.Invalid("as", "or what goes with it has control characters", "Correct the names.");
        }

        bool isParameter = !string.IsNullOrEmpty(request.Impersonation?.UserName);
        _origins.Add(isParameter
            ? new SettingOrigin(nameof(ClusterConfiguration.Impersonation), "parameter Impersonation", null)
            : new SettingOrigin(nameof(ClusterConfiguration.Impersonation), _user.SettingName("as"), FileOf(_user)));
        return impersonation;
    }

    private ICredentialSource Credentials()
    {
        (ICredentialSource source, string origin, string? file) =
            new CredentialSourceFactory(request, _user, _cluster, environment, time).Create();
        _origins.Add(new SettingOrigin(nameof(ClusterConfiguration.Authentication), origin, file));
        return source;
    }

    // client-go sends no credentials over plain http, not even to this machine itself.
    private FixedCredentialSource Withheld()
    {
        bool hasAny = request.Token is not null || request.Certificate is not null || _user.Token is not null
            || _user.TokenFile is not null || _user.HasBasic || _user.HasCertificate || _user.Exec is not null
            || _user.AuthProvider is not null;
        if (hasAny)
        {
            _warnings.Add($"The credentials are withheld, because {_cluster.Server} is reached by plain http.");
        }

        return FixedCredentialSource.Anonymous;
    }

    private void AddOrigin(string setting, KubeConfigEntry entry, string field) =>
        _origins.Add(new SettingOrigin(setting, entry.SettingName(field), FileOf(entry)));

    private static string? FileOf(KubeConfigEntry entry) => entry.File.Length == 0 ? null : entry.File;
}
