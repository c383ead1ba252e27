using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Hosting;

/// <summary>Creates a sandbox's first pods the way anybody would: through its API, as the administrator.</summary>
internal sealed class Seeder(SandboxServer server)
{
    public async Task CreateAsync(IReadOnlyList<DemoPod> pods, CancellationToken cancellationToken)
    {
        if (pods.Count == 0)
        {
            return;
        }

        using var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [server.AdministratorCertificate];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { server.CertificateAuthority },
        };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("sandbox");
        foreach (DemoPod pod in pods)
        {
            using var content = new StringContent(ApiJson.ToText(pod.ToManifest()), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using HttpResponseMessage response = await client.PostAsync(
                new Uri($"/api/v1/namespaces/{pod.Namespace}/pods", UriKind.Relative), content, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }
}
