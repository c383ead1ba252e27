using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Configuration;
using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>Tokens, certificates and the files that they are in, over their life.</summary>
public sealed class CredentialSourceTests : IClassFixture<TestCluster>, IDisposable
{
    private readonly TestCluster _cluster;
    private readonly TestFolder _folder = new();
    private readonly TestClock _clock = new();

    public CredentialSourceTests(TestCluster cluster)
    {
        _cluster = cluster;
        cluster.Forget();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_token_file_is_read_again_after_about_a_minute()
    {
        _folder.Write("token", "first\n");
        ICredentialSource source = Load("""{"tokenFile":"token"}""").Credentials;
        Assert.Equal("Bearer first", await AuthorizationAsync(source));
        _folder.Write("token", "second\n");

        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal("Bearer first", await AuthorizationAsync(source));

        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("Bearer second", await AuthorizationAsync(source));
    }

    [Fact]
    public async Task A_token_file_that_vanishes_leaves_the_last_token()
    {
        string path = _folder.Write("token", "first");
        ICredentialSource source = Load("""{"tokenFile":"token"}""").Credentials;
        File.Delete(path);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("Bearer first", await AuthorizationAsync(source));
    }

    [Fact]
    public async Task A_token_file_counts_more_than_a_token_which_serves_while_the_file_cannot_be_read()
    {
        ICredentialSource source = Load("""{"token":"inline","tokenFile":"token"}""").Credentials;
        Assert.Equal("Bearer inline", await AuthorizationAsync(source));

        _folder.Write("token", "from-file");
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("Bearer from-file", await AuthorizationAsync(source));
    }

    [Fact]
    public async Task A_request_that_is_rejected_is_repeated_with_the_token_that_the_file_has_by_then()
    {
        _folder.Write("token", "stale");
        ClusterConfiguration configuration = Load("""{"tokenFile":"token"}""");
        _folder.Write("token", "fresh");

        await TestCluster.GetPodAsync(configuration);

        Assert.Equal(["Bearer stale", "Bearer fresh"], _cluster.Requests().Select(r => r.Header("Authorization")));
    }

    [Fact]
    public async Task A_request_that_is_rejected_is_not_repeated_with_the_same_token()
    {
        ClusterConfiguration configuration = Load("""{"token":"stale"}""");

        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(
            () => TestCluster.GetPodAsync(configuration));

        Assert.Equal(HttpStatusCode.Unauthorized, e.StatusCode);
        Assert.Single(_cluster.Requests());
    }

    [Fact]
    public async Task A_body_is_sent_again_with_the_repeated_request()
    {
        _folder.Write("token", "stale");
        ClusterConfiguration configuration = Load("""{"tokenFile":"token"}""");
        _folder.Write("token", "fresh");
        using var client = new HttpClient(HttpHandlerFactory.Create(configuration));
        using var body = new StringContent("a body");

        using HttpResponseMessage response = await client.PostAsync(new Uri(configuration.Server, "x"), body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["a body", "a body"], _cluster.Requests().Select(r => r.Body));
    }

    [SkippableTheory]
    [InlineData("rsa.crt", "rsa.key", "client-rsa")]
    [InlineData("rsa.crt", "rsa8.key", "client-rsa")]
    [InlineData("ec.crt", "ec.key", "client-ec")]
    [InlineData("ec.crt", "ec8.key", "client-ec")]
    public async Task Keys_of_every_usual_form_are_used(string certificate, string key, string subject)
    {
        Skip.IfNot(Platform.JoinsCertificatesAndKeys, Platform.NoClientCertificates);
        _folder.Write("me.crt", TestCertificates.Instance.Pem(certificate));
        _folder.Write("me.key", TestCertificates.Instance.Pem(key));

        await TestCluster.GetPodAsync(Load("""{"client-certificate":"me.crt","client-key":"me.key"}"""));

        Assert.Equal(subject, Assert.Single(_cluster.Requests()).ClientCertificate);
    }

    [SkippableFact]
    public async Task A_certificate_and_its_key_may_be_in_one_file()
    {
        Skip.IfNot(Platform.JoinsCertificatesAndKeys, Platform.NoClientCertificates);
        _folder.Write("me.pem", TestCertificates.Instance.Pem("ec.key + ec.crt"));

        await TestCluster.GetPodAsync(Load("""{"client-certificate":"me.pem","client-key":"me.pem"}"""));

        Assert.Equal("client-ec", Assert.Single(_cluster.Requests()).ClientCertificate);
    }

    [SkippableFact]
    public async Task A_certificate_file_that_is_replaced_gets_new_connections()
    {
        Skip.IfNot(Platform.JoinsCertificatesAndKeys, Platform.NoClientCertificates);
        _folder.Write("me.pem", TestCertificates.Instance.Pem("ec.crt + ec.key"));
        ClusterConfiguration configuration = Load("""{"client-certificate":"me.pem","client-key":"me.pem"}""");
        using var client = new HttpClient(HttpHandlerFactory.Create(configuration));
        await TestCluster.GetPodAsync(client, configuration);
        await TestCluster.GetPodAsync(client, configuration);

        _folder.Write("me.pem", TestCertificates.Instance.Pem("rsa.crt + rsa.key"));
        _clock.Advance(TimeSpan.FromMinutes(2));
        await TestCluster.GetPodAsync(client, configuration);

        Assert.Equal(
            ["client-ec", "client-ec", "client-rsa"], _cluster.Requests().Select(r => r.ClientCertificate));
        Assert.Equal(2, _cluster.Requests().Select(r => r.RemotePort).Distinct().Count());
    }

    [SkippableTheory]
    [InlineData("<rsa.crt>", "<ec.key>")]
    [InlineData("<rsa.crt>", "<rsa.crt>")]
    [InlineData("<rsa.key>", "<rsa.key>")]
    [InlineData("aGVsbG8=", "aGVsbG8=")]
    public async Task A_certificate_and_key_that_do_not_fit_are_an_error(string certificate, string key)
    {
        Skip.If(key == "<ec.key>" && !Platform.HasEllipticCurves, Platform.NoEllipticCurves);
        ClusterConfiguration configuration = Load(TestCertificates.Instance.Expand(
            $$"""{"client-certificate-data":"{{certificate}}","client-key-data":"{{key}}"}"""));

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(
            () => TestCluster.GetPodAsync(configuration));

        Assert.Equal(
            (ConfigurationError.CredentialFailed, "users[u].user.client-certificate-data"), (e.Error, e.Setting));
    }

    [Theory]
    [InlineData("""{"client-certificate-data":"<rsa.crt>"}""", "users[u].user.client-key")]
    [InlineData(
        """{"client-certificate-data":"<rsa.crt>","client-key-data":"<rsa.key>","client-key":"x"}""",
        "users[u].user.client-key")]
    [InlineData("""{"tokenFile":"token","username":"a"}""", "users[u].user.tokenFile")]
    public void Contradictory_credentials_are_an_error(string user, string setting)
    {
        _folder.Write("token", "t");

        ConfigurationException e = Assert.Throws<ConfigurationException>(
            () => Load(TestCertificates.Instance.Expand(user)));

        Assert.Equal((ConfigurationError.InvalidSetting, setting), (e.Error, e.Setting));
    }

    [Theory]
    [InlineData("a\\nb")]
    [InlineData("  ")]
    public void A_token_that_no_header_can_have_is_an_error_that_does_not_show_it(string token)
    {
        ConfigurationException e = Assert.Throws<ConfigurationException>(() => Load($$"""{"token":"{{token}}"}"""));

        Assert.Equal(ConfigurationError.CredentialFailed, e.Error);
        Assert.DoesNotContain("a\nb", e.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string?> AuthorizationAsync(ICredentialSource source) =>
        (await source.GetAsync(CancellationToken.None)).Authorization;

    private ClusterConfiguration Load(string user)
    {
        string cluster = $$"""{"server":"{{_cluster.Address}}","certificate-authority-data":"<ca.crt>"}""";
        string path = _folder.WriteKubeConfig(TestCertificates.Instance.Expand(cluster), user);
        return new KubeConfigLoader(new TestEnvironment(), _clock).Load(new() { KubeConfigPath = path });
    }
}
