using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Tests.Configuration;

/// <summary>Every case of Conformance/kubeconfig.json: files in, requests out, as kubectl did it.</summary>
public sealed class RecordedKubeConfigTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static readonly JsonArray Cases = (JsonArray)JsonNode.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Conformance", "kubeconfig.json")))!["cases"]!;

    public static TheoryData<string> Names { get; } = [.. Cases.Select(c => (string)c!["name"]!)];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task A_recorded_kubeconfig_leads_to_the_recorded_requests(string name)
    {
        JsonNode recorded = Cases.Single(c => (string)c!["name"]! == name)!;
        using var folder = new TestFolder();
        var place = new RecordedCase(recorded, cluster, folder);
        cluster.Forget();

        Exception? failure = await Record.ExceptionAsync(
            async () => Assert.Equal("web", await TestCluster.GetPodAsync(place.Load())));

        // Where kubectl asks for a user name on the terminal, a module goes on without credentials.
        bool asked = ((string)recorded["stdout"]!).StartsWith("Please enter Username", StringComparison.Ordinal);
        bool expectSuccess = asked || (int)recorded["exit"]! == 0;
        Assert.True(expectSuccess == failure is null, failure?.ToString());
        Assert.True(failure is null or ConfigurationException or HttpRequestException, failure?.ToString());
        if (asked)
        {
            Assert.Null(Assert.Single(cluster.Requests()).Header("Authorization"));
        }
        else
        {
            Assert.Equal(
                ((JsonArray)recorded["requests"]!).Select(r => Canonical((JsonObject)r!)),
                cluster.Requests().Select(Canonical));
        }

        Assert.Equal(
            ((JsonArray)recorded["plugin"]!).Select(p => RecordedCase.Run((JsonObject)p!)).Distinct(),
            place.PluginRuns().Distinct());
    }

    [SkippableTheory]
    [InlineData("token-and-basic", ConfigurationError.InvalidSetting, "users[u].user.token")]
    [InlineData("ca-file-and-data", ConfigurationError.InvalidSetting, "clusters[k].cluster.certificate-authority")]
    [InlineData("ca-not-base64", ConfigurationError.Malformed, "clusters[k].cluster.certificate-authority-data")]
    [InlineData("ca-not-pem", ConfigurationError.InvalidSetting, "clusters[k].cluster.certificate-authority-data")]
    [InlineData("insecure-and-ca", ConfigurationError.InvalidSetting, "clusters[k].cluster.insecure-skip-tls-verify")]
    [InlineData("cert-file-missing", ConfigurationError.FileNotFound, "users[u].user.client-certificate")]
    [InlineData("cert-file-and-data", ConfigurationError.InvalidSetting, "users[u].user.client-certificate")]
    [InlineData("token-file-missing", ConfigurationError.FileNotFound, "users[u].user.tokenFile")]
    [InlineData("token-file-empty", ConfigurationError.CredentialFailed, "users[u].user.tokenFile")]
    [InlineData("impersonate-groups-only", ConfigurationError.InvalidSetting, "users[u].user.as")]
    [InlineData("current-context-missing", ConfigurationError.ContextNotFound, "current-context")]
    [InlineData("context-without-cluster", ConfigurationError.ContextIncomplete, "contexts[c].context.cluster")]
    [InlineData("names-case", ConfigurationError.ContextIncomplete, "contexts[c].context.cluster")]
    [InlineData("yaml-scalars", ConfigurationError.Malformed, "clusters[0].name")]
    [InlineData("yaml-number-token", ConfigurationError.Malformed, "users[u].user.token")]
    [InlineData("null-file", ConfigurationError.Empty, "KUBECONFIG")]
    [InlineData("binary-file", ConfigurationError.Malformed, null)]
    [InlineData("duplicate-user", ConfigurationError.Malformed, "users[u]")]
    [InlineData("exec-v1alpha1", ConfigurationError.InvalidSetting, "users[u].user.exec.apiVersion")]
    [InlineData("exec-no-mode-v1", ConfigurationError.InvalidSetting, "users[u].user.exec.interactiveMode")]
    [InlineData("exec-missing", ConfigurationError.CredentialProgramNotFound, "users[u].user.exec")]
    [InlineData("exec-empty-command", ConfigurationError.InvalidSetting, "users[u].user.exec.command")]
    [InlineData("exec-wrong-version", ConfigurationError.CredentialFailed, "users[u].user.exec")]
    [InlineData("exec-empty-status", ConfigurationError.CredentialFailed, "users[u].user.exec")]
    [InlineData("exec-wrong-kind", ConfigurationError.CredentialFailed, "users[u].user.exec")]
    [InlineData("exec-and-auth-provider", ConfigurationError.InvalidSetting, "users[u].user.auth-provider")]
    [InlineData("auth-provider-gcp", ConfigurationError.InvalidSetting, "users[u].user.auth-provider")]
    [InlineData("exec-not-executable", ConfigurationError.CredentialFailed, "users[u].user.exec")]
    public async Task What_kubectl_refuses_is_an_error_that_blames_the_setting(
        string name, ConfigurationError error, string? setting)
    {
        Skip.If(name == "exec-not-executable" && OperatingSystem.IsWindows(), "Windows has no permission to execute.");
        JsonNode recorded = Cases.Single(c => (string)c!["name"]! == name)!;
        using var folder = new TestFolder();
        var place = new RecordedCase(recorded, cluster, folder);

        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(
            async () => await TestCluster.GetPodAsync(place.Load()));

        Assert.Equal((error, setting), (e.Error, e.Setting));
        Assert.NotEmpty(e.RecommendedAction!);
    }

    private static string Canonical(JsonObject request) => JsonSerializer.Serialize(new SortedDictionary<string, string?>
    {
        ["path"] = (string)request["path"]!,
        ["authorization"] = (string?)request["authorization"],
        ["impersonate"] = string.Join(';', ((JsonObject)request["impersonate"]!).SelectMany(
            header => ((JsonArray)header.Value!).Select(value => $"{header.Key}={value}")).Order()),
        ["sni"] = (string?)request["sni"],
        ["clientCert"] = (string?)request["clientCert"],
        ["acceptEncoding"] = (string?)request["acceptEncoding"],
        ["proxied"] = (bool)request["proxied"]! ? "yes" : "no",
    });

    private string Canonical(SeenRequest request) => JsonSerializer.Serialize(new SortedDictionary<string, string?>
    {
        ["path"] = request.Path,
        ["authorization"] = request.Header("Authorization"),
        ["impersonate"] = string.Join(';', request.Headers
            .Where(header => header.Key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}={header.Value}").Order()),
        ["sni"] = request.Sni,
        ["clientCert"] = request.ClientCertificate,
        ["acceptEncoding"] = request.Header("Accept-Encoding"),
        ["proxied"] = cluster.Proxy.OutgoingPorts.ContainsKey(request.RemotePort) ? "yes" : "no",
    });
}
