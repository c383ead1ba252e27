using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EphemeralDebug.Configuration;
using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Api;

/// <summary>Makes what sends requests to a cluster: TLS, proxy and credentials as the configuration says.</summary>
internal static class HttpHandlerFactory
{
    // The limits of client-go's transport.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly KeepAlive s_keepAlive = new(AfterSilence: TimeSpan.FromSeconds(30), Timeout: TimeSpan.FromSeconds(15));

    /// <summary>
    /// A handler that authenticates every request. It follows no redirect. It serves HttpClient and, by an
    /// HttpMessageInvoker, ClientWebSocket.
    /// </summary>
    public static HttpMessageHandler Create(ClusterConfiguration configuration, KeepAlive? keepAlive = null) =>
        new AuthenticationHandler(
            configuration,
            certificate =>
            {
                SocketsHttpHandler transport = CreateTransport(configuration, certificate, keepAlive);
                return configuration.DisableCompression
                    ? transport
                    : new ResponseCompression(transport, IsOnThisMachine(configuration));
            });

    /// <summary>Connections to the cluster, with <paramref name="certificate"/> as the client's, if there is one.</summary>
    public static SocketsHttpHandler CreateTransport(
        ClusterConfiguration configuration, ClientCertificate? certificate, KeepAlive? keepAlive = null) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = configuration.ProxySelection is not null,
            Proxy = configuration.ProxySelection,
            ConnectTimeout = ConnectTimeout,
            // Another one only while all streams of those that there are are taken.
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = (keepAlive ?? s_keepAlive).AfterSilence,
            KeepAlivePingTimeout = (keepAlive ?? s_keepAlive).Timeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            RequestHeaderEncodingSelector = (name, _) => ImpersonationHeaders.EncodingOf(name),
            SslOptions = TlsOptions(configuration, certificate),
        };

    private static bool IsOnThisMachine(ClusterConfiguration configuration) =>
        configuration.Server.IsLoopback && configuration.Proxy is null;

    private static SslClientAuthenticationOptions TlsOptions(
        ClusterConfiguration configuration, ClientCertificate? certificate)
    {
        bool isVerified = !configuration.InsecureSkipTlsVerify;
        X509Certificate2Collection? authorities = configuration.CertificateAuthorities;
        return new SslClientAuthenticationOptions
        {
            ClientCertificateContext = certificate?.CreateContext(),
            CertificateChainPolicy = isVerified && authorities is not null ? TrustOnly(authorities) : null,
            RemoteCertificateValidationCallback = (connection, serverCertificate, chain, errors) =>
                !isVerified || ServerVerification.Accept(
                    authorities, ((SslStream)connection).TargetHostName, serverCertificate, chain, errors),
        };
    }

    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
