using System.Text;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>What fails with a secret in hand says so without the secret, down to the last inner exception.</summary>
public sealed class SecretTests : IClassFixture<TestCluster>, IDisposable
{
    private const string Secret = "canary-5e9c41d07ab3";

    private readonly TestFolder _folder = new();
    private readonly TestCluster _cluster;

    public SecretTests(TestCluster cluster)
    {
        _cluster = cluster;
        cluster.Forget();
        cluster.Tls.Answer = _ => (401, "");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"token":"SECRET"}""")]
    [InlineData("""{"token":"SECRET\r\nX: y"}""")]
    [InlineData("""{"tokenFile":"secret"}""")]
    [InlineData("""{"token":"SECRET","tokenFile":"nowhere"}""")]
    [InlineData("""{"username":"someone","password":"SECRET"}""")]
    [InlineData("""{"username":"someone","password":"SECRET","token":"SECRET"}""")]
    [InlineData("""{"client-certificate":"secret","client-key":"secret"}""")]
    [InlineData("""{"client-certificate-data":"<rsa.crt>","client-key-data":"BASE64"}""")]
    [InlineData("""{"client-certificate-data":"<rsa.crt>","client-key-data":"SECRET"}""")]
    [InlineData("""{"client-certificate-data":"<rsa.crt>","client-key-data":"<ec.key>"}""")]
    [InlineData("""{"auth-provider":{"name":"gcp","config":{"access-token":"SECRET"}}}""")]
    [InlineData("""{"token":["SECRET"]}""")]
    public async Task A_credential_that_fails_is_not_shown(string user)
    {
        string shown = (await FailAsync(cluster: "", user)).ToString();
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Base64(Secret), shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Base64($"someone:{Secret}"), shown, StringComparison.Ordinal);
    }

    /// <summary>Which shows that the search finds what is there.</summary>
    [Fact]
    public async Task A_program_that_is_missing_is_no_secret_and_is_named()
    {
        const string User = """{"exec":{"apiVersion":"client.authentication.k8s.io/v1","interactiveMode":"Never","command":"SECRET"}}""";
        Assert.Contains(Secret, (await FailAsync(cluster: "", User)).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://someone:SECRET@127.0.0.1:1")]
    [InlineData("https://someone:SECRET@127.0.0.1:1")]
    [InlineData("socks5://someone:SECRET@127.0.0.1:1")]
    [InlineData("gopher://someone:SECRET@127.0.0.1:1")]
    [InlineData("http://someone:SECRET@:::")]
    public async Task The_password_of_a_proxy_is_not_shown(string proxy)
    {
        Exception failure = await FailAsync($$""","proxy-url":"{{proxy}}" """, """{"token":"SECRET"}""");
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
    }

    private async Task<Exception> FailAsync(string cluster, string user)
    {
        _folder.Write("secret", Secret);
        string server = TestCertificates.Instance.Expand($$"""{"server":"{{_cluster.Address}}","certificate-authority-data":"<ca.crt>"{{cluster}} }""");
        string path = _folder.WriteKubeConfig(Fill(server), Fill(TestCertificates.Instance.Expand(user)));
        Exception? failure = await Record.ExceptionAsync(async () =>
        {
            ClusterConfiguration configuration =
                new KubeConfigLoader(new TestEnvironment(), TimeProvider.System).Load(new() { KubeConfigPath = path });
            using var session = new ClusterSession(configuration, TimeProvider.System);
            await session.Pods.GetAsync("default", "web", CancellationToken.None);
        });
        Assert.NotNull(failure);
        return failure;
    }

    private static string Fill(string json) => json
        .Replace("SECRET", Secret, StringComparison.Ordinal)
        .Replace("BASE64", Base64(Secret), StringComparison.Ordinal);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
