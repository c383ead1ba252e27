using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>A sandbox of its own for one scenario, with what the scenario says is there, and its users.</summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    private const string Administrator = "admin";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);

    /// <summary>What the recorder called itself; the one of Kubernetes 1.20 did not.</summary>
    private readonly string? _userAgent;

    private ClusterUnderTest(SandboxServer server, string? userAgent)
    {
        Server = server;
        _userAgent = userAgent;
    }

    public SandboxServer Server { get; }

    public static async Task<ClusterUnderTest> StartAsync(SandboxOptions options, JsonObject given, CancellationToken cancellationToken)
    {
        SandboxUser[] users = given.Object("users") is { } recorded
            ? [.. recorded.Select(user => ReadUser(user.Key, user.Value!.AsObject()))]
            : [.. options.Users];
        var cluster = new ClusterUnderTest(
            await SandboxServer.StartAsync(options with { Users = users }, cancellationToken),
            options.Api == EphemeralContainersApi.Current ? "recorder/1.0" : null);
        try
        {
            await cluster.CreateAsync(given, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of a user: with the certificate, a token, a token nobody issued, or nothing.</summary>
    public HttpClient Client(string user)
    {
        if (!_clients.TryGetValue(user, out HttpClient? client))
        {
            client = CreateClient(user);
            _clients[user] = client;
        }

        return client;
    }

    public string? Token(string user) => user switch
    {
        Administrator or "anonymous" => null,
        "badtoken" => "a-token-that-nobody-issued",
        _ => Server.Tokens[user],
    };

    public X509Certificate2? Certificate(string user) => user == Administrator ? Server.AdministratorCertificate : null;

    /// <summary>Waits until a pod is as it should be.</summary>
    /// <exception cref="MismatchException">It did not become so in time.</exception>
    public async Task WaitForPodAsync(string podNamespace, string name, Func<JsonObject, bool> condition, string description, CancellationToken cancellationToken)
    {
        if (Server.Kubelet is NodelessCluster)
        {
            throw new MismatchException("nothing runs the pods");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        using PodSubscription subscription = Server.Pods.Subscribe();
        try
        {
            await foreach (PodEvent change in subscription.Events.ReadAllAsync(limit.Token))
            {
                JsonObject? metadata = change.Pod.Object("metadata");
                if (metadata.Text("name") == name && metadata.Text("namespace") == podNamespace && condition(change.Pod))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MismatchException($"{podNamespace}/{name} did not become {description} in {StartLimit.TotalSeconds} s");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in _clients.Values)
        {
            client.Dispose();
        }

        await Server.DisposeAsync();
    }

    private static SandboxUser ReadUser(string name, JsonObject user) => new(name, user.Text("username")!, [.. user.Texts("groups")])
    {
        Namespace = user.Text("namespace"),
        Rules = [.. user.Items("rules").Select(rule => new PolicyRule
        {
            ApiGroups = [.. rule.Texts("apiGroups")],
            Resources = [.. rule.Texts("resources")],
            ResourceNames = [.. rule.Texts("resourceNames")],
            Verbs = [.. rule.Texts("verbs")],
        })],
    };

    private async Task CreateAsync(JsonObject given, CancellationToken cancellationToken)
    {
        foreach (JsonObject item in given.Items("namespaces"))
        {
            await PostAsync("/api/v1/namespaces", new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new JsonObject { ["name"] = item.Text("name"), ["labels"] = item["labels"]?.DeepClone() },
            }, cancellationToken);
        }

        foreach (JsonObject pod in given.Items("pods"))
        {
            await PostAsync($"/api/v1/namespaces/{pod.Object("metadata").Text("namespace")}/pods", pod, cancellationToken);
        }

        foreach (JsonObject pod in given.Items("pods").Where(Runs))
        {
            await WaitForPodAsync(pod.Object("metadata").Text("namespace")!, pod.Object("metadata").Text("name")!, HasStarted, "started", cancellationToken);
        }
    }

    private bool Runs(JsonObject pod) =>
        Server.Kubelet is not NodelessCluster && !pod.Object("spec").Has("schedulerName") && !pod.Object("spec").Has("nodeName");

    private static bool HasStarted(JsonObject pod)
    {
        JsonObject? status = pod.Object("status");
        static bool Is(JsonObject container, string state) => container.Object("state").Has(state);
        return status.Items("initContainerStatuses").Any(container => Is(container, "running"))
            || (status.Items("containerStatuses").Any() && status.Items("containerStatuses").All(container => Is(container, "running") || Is(container, "terminated")));
    }

    private async Task PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(ApiJson.ToText(body), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await Client(Administrator).PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new MismatchException($"given: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private HttpClient CreateClient(string user)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.CertificateChainPolicy = ChainPolicy();
        if (Certificate(user) is { } certificate)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        var client = new HttpClient(handler) { BaseAddress = Server.Address, Timeout = TimeSpan.FromMinutes(2) };
        if (_userAgent is not null)
        {
            client.DefaultRequestHeaders.UserAgent.ParseAdd(_userAgent);
        }

        if (Token(user) is { } token)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    public X509ChainPolicy ChainPolicy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { Server.CertificateAuthority },
    };
}
