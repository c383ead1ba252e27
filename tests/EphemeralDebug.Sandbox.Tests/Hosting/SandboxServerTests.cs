using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Hosting;

public sealed class SandboxServerTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit = new(Limit);
    private SandboxServer _server = null!;

    public async Task InitializeAsync() =>
        _server = await SandboxServer.StartAsync(new SandboxOptions { Node = null, Pods = DemoPod.Demonstration });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _limit.Dispose();

    [SkippableFact]
    public async Task It_listens_on_the_loopback_address_alone()
    {
        IPAddress? other = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), _limit.Token))
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Skip.If(other is null, "this machine has no address beside loopback");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAnyAsync<SocketException>(async () => await socket.ConnectAsync(other, _server.Port, _limit.Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_kubeconfig_names_every_user_and_only_its_owner_can_read_it(bool json)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, "what was there before, readable by all");
            _server.WriteKubeConfig(path, json ? KubeConfigFormat.Json : KubeConfigFormat.Yaml);
            string text = File.ReadAllText(path);
            JsonNode config = (json ? JsonNode.Parse(text) : YamlText.Read(text))!;
            Assert.Equal("admin", config.Text("current-context"));
            Assert.Equal(["admin", "viewer", "debugger", "operator"], config.Items("contexts").Select(context => context.Text("name")));
            Assert.All(config.Items("contexts"), context => Assert.Equal("default", context.Object("context").Text("namespace")));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_no_credential()
    {
        using var stranger = new CertificateAuthority(TimeProvider.System);
        using X509Certificate2 certificate = stranger.IssueClientCertificate("admin", "system:masters");
        using HttpClient client = Client(certificate);
        using HttpResponseMessage response = await client.GetAsync(new Uri("/api/v1/namespaces/default/pods", UriKind.Relative), _limit.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("viewer", HttpStatusCode.Forbidden)]
    [InlineData("debugger", HttpStatusCode.OK)]
    public async Task Limited_users_may_do_what_their_name_says(string user, HttpStatusCode expected)
    {
        using HttpClient client = Client(certificate: null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.Tokens[user]);
        using var patch = new StringContent(
            """{"spec":{"ephemeralContainers":[{"name":"debug","image":"busybox"}]}}""",
            new MediaTypeHeaderValue("application/strategic-merge-patch+json"));
        using HttpResponseMessage listed = await client.GetAsync(new Uri("/api/v1/namespaces/default/pods", UriKind.Relative), _limit.Token);
        using HttpResponseMessage patched = await client.PatchAsync(
            new Uri("/api/v1/namespaces/default/pods/web/ephemeralcontainers", UriKind.Relative), patch, _limit.Token);
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        Assert.Equal(expected, patched.StatusCode);
    }

    [Fact]
    public async Task Stopping_ends_open_watches()
    {
        using HttpClient client = Client(_server.AdministratorCertificate);
        using HttpResponseMessage response = await client.GetAsync(
            new Uri("/api/v1/pods?watch=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _limit.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(_limit.Token));
        Assert.Contains("\"ADDED\"", await reader.ReadLineAsync(_limit.Token), StringComparison.Ordinal);
        Task<string> rest = reader.ReadToEndAsync(_limit.Token);
        await _server.DisposeAsync();
        await rest.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_list_of_many_pods_is_whole_compressed_and_in_order()
    {
        const int count = 5000;
        AddPods(count);
        using HttpClient client = Client(_server.AdministratorCertificate);
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        using HttpResponseMessage response = await client.GetAsync(new Uri("/api/v1/namespaces/many/pods", UriKind.Relative), _limit.Token);
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(_limit.Token), CompressionMode.Decompress);
        JsonNode list = (await JsonNode.ParseAsync(gzip, cancellationToken: _limit.Token))!;
        string[] names = [.. list.Items("items").Select(pod => pod.Object("metadata").Text("name")!)];
        Assert.Equal(count, names.Length);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
    }

    [Fact]
    public async Task Every_one_of_many_watches_is_told_of_a_change()
    {
        const int count = 200;
        using HttpClient client = Client(_server.AdministratorCertificate);
        string version = _server.Pods.Objects.Read().ResourceVersion.ToString(CultureInfo.InvariantCulture);
        async Task<string?> WatchAsync(TaskCompletionSource opened)
        {
            using HttpResponseMessage response = await client.GetAsync(
                new Uri($"/api/v1/namespaces/many/pods?watch=true&resourceVersion={version}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _limit.Token);
            opened.SetResult();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(_limit.Token));
            return await reader.ReadLineAsync(_limit.Token);
        }

        TaskCompletionSource[] opened = [.. Enumerable.Range(0, count).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        Task<string?>[] watches = [.. opened.Select(WatchAsync)];
        await Task.WhenAll(opened.Select(watch => watch.Task)).WaitAsync(_limit.Token);
        AddPods(1);
        foreach (string? line in await Task.WhenAll(watches))
        {
            Assert.Contains("pod-00000", line, StringComparison.Ordinal);
        }
    }

    private void AddPods(int count)
    {
        for (int index = 0; index < count; index++)
        {
            _server.Pods.Add(new JsonObject
            {
                ["metadata"] = new JsonObject { ["namespace"] = "many", ["name"] = string.Create(CultureInfo.InvariantCulture, $"pod-{index:00000}") },
                ["spec"] = new JsonObject { ["schedulerName"] = "none" },
            });
        }
    }

    private HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { _server.CertificateAuthority },
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return new HttpClient(handler) { BaseAddress = _server.Address };
    }
}
