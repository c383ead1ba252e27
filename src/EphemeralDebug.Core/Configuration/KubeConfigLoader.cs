namespace EphemeralDebug.Configuration;

/// <summary>
/// Finds out how to reach a cluster, as kubectl does: from a server that the caller names, a pod's service account, or
/// the kubeconfig files. Reading never changes a file, and no request is sent.
/// </summary>
public sealed class KubeConfigLoader
{
    private readonly IConfigurationEnvironment _environment;
    private readonly TimeProvider _time;

    /// <summary>A loader for this process's environment.</summary>
    public KubeConfigLoader()
        : this(SystemEnvironment.Instance, TimeProvider.System)
    {
    }

    internal KubeConfigLoader(IConfigurationEnvironment environment, TimeProvider time)
    {
        _environment = environment;
        _time = time;
    }

    /// <summary>The configuration that <paramref name="request"/> asks for.</summary>
    /// <exception cref="ConfigurationException">There is none, or it cannot be used.</exception>
    public ClusterConfiguration Load(ConfigurationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ClusterConfigurationBuilder(request, Select(request), _environment, _time).Build();
    }

    private KubeConfigSelection Select(ConfigurationRequest request)
    {
        if (!string.IsNullOrEmpty(request.Server))
        {
            return FromParameters(request);
        }

        if (request.InCluster)
        {
            return ServiceAccount.Select(_environment);
        }

        MergedKubeConfig files = MergedKubeConfig.Read(KubeConfigLocations.Find(request, _environment), _environment);
        bool nothingAskedFor = string.IsNullOrEmpty(request.KubeConfigPath)
            && string.IsNullOrEmpty(request.Context) && string.IsNullOrEmpty(request.Cluster);
        return nothingAskedFor && files.CurrentContext() is null && ServiceAccount.IsAvailable(_environment)
            ? ServiceAccount.Select(_environment)
            : new ContextSelector(files, request, _environment).Select();
    }

    private static KubeConfigSelection FromParameters(ConfigurationRequest request) => new()
    {
        Cluster = new ClusterEntry
        {
            Location = "parameters",
            Server = request.Server,
            CertificateAuthority = string.IsNullOrEmpty(request.CertificateAuthorityPath)
                ? null
                : Path.GetFullPath(request.CertificateAuthorityPath, request.WorkingDirectory),
            TlsServerName = request.TlsServerName,
            InsecureSkipTlsVerify = request.InsecureSkipTlsVerify,
            ProxyUrl = request.ProxyUrl,
        },
        User = new UserEntry { Location = "parameters" },
    };
}
