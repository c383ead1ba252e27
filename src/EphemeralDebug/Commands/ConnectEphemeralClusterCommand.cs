using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using EphemeralDebug.Configuration;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>Opens a session with a cluster and makes it the current one.</summary>
[Cmdlet(VerbsCommunications.Connect, "EphemeralCluster", DefaultParameterSetName = KubeConfigSet)]
[OutputType(typeof(ClusterSession))]
public sealed class ConnectEphemeralClusterCommand : AsyncCmdlet
{
    private const string KubeConfigSet = "KubeConfig";
    private const string ServerSet = "Server";
    private const string InClusterSet = "InCluster";

    /// <summary>The kubeconfig file; where none is given, KUBECONFIG, then .kube/config in the home folder.</summary>
    [Parameter(ParameterSetName = KubeConfigSet, Position = 0)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>The context of the kubeconfig; its current one where none is given.</summary>
    [Parameter(ParameterSetName = KubeConfigSet)]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The API server's address, without any kubeconfig.</summary>
    [Parameter(ParameterSetName = ServerSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? Server { get; set; }

    /// <summary>A file with the certificates of the CA that issued the server's; the system's where none is given.</summary>
    [Parameter(ParameterSetName = ServerSet)]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthority { get; set; }

    /// <summary>The name in the server's certificate where it is not that of the address.</summary>
    [Parameter(ParameterSetName = ServerSet)]
    [ValidateNotNullOrEmpty]
    public string? TlsServerName { get; set; }

    /// <summary>Do not verify who the server is.</summary>
    [Parameter(ParameterSetName = ServerSet)]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Use the service account of the pod that this PowerShell runs in.</summary>
    [Parameter(ParameterSetName = InClusterSet, Mandatory = true)]
    public SwitchParameter InCluster { get; set; }

    /// <summary>A bearer token, in place of the credentials of the kubeconfig's user.</summary>
    [Parameter(ParameterSetName = KubeConfigSet)]
    [Parameter(ParameterSetName = ServerSet)]
    [ValidateNotNull]
    public SecureString? Token { get; set; }

    /// <summary>A client certificate with its private key, in place of the credentials of the kubeconfig's user.</summary>
    [Parameter(ParameterSetName = KubeConfigSet)]
    [Parameter(ParameterSetName = ServerSet)]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The user to act as, by impersonation.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? As { get; set; }

    /// <summary>The groups to act as, together with -As.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] AsGroup { get; set; } = [];

    /// <summary>The namespace where cmdlets are given none; the context's own where none is given.</summary>
    [Parameter]
    [Alias("n")]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ConfigurationRequest request = SessionFactory.Complete(CreateRequest(), this);
        ClusterSession session = CompleteOrThrow(KubeConfig ?? Context ?? Server, token => OpenAsync(request, token));
        foreach (string warning in session.Warnings)
        {
            WriteWarning(warning);
        }

        SessionRegistry.SetCurrent(session);
        WriteObject(session);
        base.EndProcessing();
    }

    private static async Task<ClusterSession> OpenAsync(ConfigurationRequest request, CancellationToken cancellationToken)
    {
        ClusterSession session = SessionFactory.Open(request);
        try
        {
            await session.ReadServerVersionAsync(cancellationToken);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private ConfigurationRequest CreateRequest() => new()
    {
        KubeConfigPath = Resolve(KubeConfig),
        Context = Context,
        Server = Server,
        CertificateAuthorityPath = Resolve(CertificateAuthority),
        TlsServerName = TlsServerName,
        InsecureSkipTlsVerify = SkipCertificateCheck,
        InCluster = InCluster,
        Token = Token is null ? null : new NetworkCredential("", Token).Password,
        Certificate = Certificate,
        Impersonation = As is null && AsGroup.Length == 0 ? null : new Impersonation { UserName = As, Groups = AsGroup },
        Namespace = Namespace,
    };

    private string? Resolve(string? path) => path is null ? null : GetUnresolvedProviderPathFromPSPath(path);
}
