using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Writing;
using EphemeralDebug.Sandbox.Faults;
using EphemeralDebug.Sandbox.Faults.Connections;
using EphemeralDebug.Sandbox.Hosting.Population;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using EphemeralDebug.Sandbox.Workloads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace EphemeralDebug.Sandbox.Hosting;

/// <summary>
/// A simulated cluster behind one TLS port on the loopback address: API server and node. Everything it holds
/// ends with it.
/// </summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    /// <summary>Namespaces that every cluster has.</summary>
    private static readonly string[] StandardNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    /// <summary>How long requests may take to end when the server stops.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly CertificateAuthority _authority;
    private readonly X509Certificate2 _serverCertificate;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, string> _tokens;
    private readonly Authenticator _authenticator;
    private readonly SandboxOptions _options;
    private readonly ControllerManager _controllers;
    private volatile ApiServer _api;
    private int _disposed;

    private SandboxServer(SandboxOptions options)
    {
        _authority = new CertificateAuthority(options.Time);
        _serverCertificate = _authority.IssueServerCertificate();
        AdministratorCertificate = _authority.IssueClientCertificate("admin", UserInfo.Administrators);
        var revision = new Revision();
        Pods = new PodStore(revision);
        Resources = new ResourceRegistry(revision, Pods, ApiEditions.Of(options.Api));
        var authenticator = new Authenticator(_authority);
        _tokens = options.Users.ToDictionary(user => user.Name, authenticator.IssueToken, StringComparer.Ordinal);
        Kubelet = options.Node is null ? new NodelessCluster() : StartKubelet(options.Node with { IsLegacy = options.Api != EphemeralContainersApi.Current }, options.Time);
        _authenticator = authenticator;
        _options = options;
        _api = Compose(options.Api);
        ApiEdition edition = ApiEditions.Of(options.Api);
        _controllers = new ControllerManager(
            Resources, new Cluster(Resources, edition, new PodTerminator(Resources.Pods.Store, Kubelet, options.Time), options.Time));
        var syntax = new FaultSyntax(options.Time);
        Faults = new FaultRules(syntax);
        foreach (string rule in options.Faults)
        {
            Faults.Add(rule);
        }

        var faults = new FaultMiddleware(Faults, syntax, authenticator);
        _application = BuildApplication(options, faults);
    }

    /// <summary>The port that the server listens on.</summary>
    public int Port { get; private set; }

    public Uri Address => new($"https://127.0.0.1:{Port}");

    /// <summary>The pods, for what runs beside the API server.</summary>
    public PodStore Pods { get; }

    public ResourceRegistry Resources { get; }

    public IKubelet Kubelet { get; }

    /// <summary>How the server misbehaves.</summary>
    public FaultRules Faults { get; }

    /// <summary>The certificate, with its key, of the user who may do everything.</summary>
    public X509Certificate2 AdministratorCertificate { get; }

    /// <summary>What clients verify the server's certificate with.</summary>
    public X509Certificate2 CertificateAuthority => _authority.Certificate;

    /// <summary>The bearer tokens of the users, by name.</summary>
    public IReadOnlyDictionary<string, string> Tokens => _tokens;

    /// <summary>The kubeconfig: the administrator's context is the current one.</summary>
    public string KubeConfigJson => ApiJson.ToText(BuildKubeConfig());

    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken = default)
    {
        var server = new SandboxServer(options);
        try
        {
            await server.BeginAsync(options, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the kubeconfig to a file that only its owner can read.</summary>
    public void WriteKubeConfig(string path, KubeConfigFormat format = KubeConfigFormat.Yaml) =>
        KubeConfig.Write(path, BuildKubeConfig(), format);

    /// <summary>Restarts the API server with another feature gate; everything in the cluster stays.</summary>
    public void RestartApiServer(EphemeralContainersApi api) => _api = Compose(api);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        using (var limit = new CancellationTokenSource(StopLimit))
        {
            await _application.StopAsync(limit.Token);
        }

        await _application.DisposeAsync();
        await _controllers.DisposeAsync();
        switch (Kubelet)
        {
            case IAsyncDisposable asyncDisposable:
                await asyncDisposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }

        _serverCertificate.Dispose();
        AdministratorCertificate.Dispose();
        _authority.Dispose();
        _stopping.Dispose();
    }

    private SimulatedKubelet StartKubelet(KubeletOptions options, TimeProvider time)
    {
        var kubelet = new SimulatedKubelet(Pods, new EventRecorder(Resources.Events.Store, time), options, time);
        kubelet.Start();
        return kubelet;
    }

    private ApiServer Compose(EphemeralContainersApi api)
    {
        ApiEdition edition = ApiEditions.Of(api);
        var resources = new ResourceRegistry(Resources, edition);
        var authorizer = new Authorizer(_options.Users.Select(user =>
            new RoleBinding(user.Name, user.Namespace, Subject.Of(user.Username), user.Rules)));
        var endpoints = new ResourceEndpoints(resources, edition, Kubelet, authorizer, _options.Time, _stopping.Token);
        return new ApiServer(
            _authenticator, authorizer, resources, new Discovery(resources, edition), new AccessReviews(authorizer, edition, _options.Time), endpoints, edition);
    }

    private WebApplication BuildApplication(SandboxOptions options, FaultMiddleware faults)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                listen.Protocols = options.Http1Only ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                listen.Use(CuttableTransport.Middleware);
                listen.UseHttps(_serverCertificate, https =>
                {
                    // Whether the certificate says who somebody is, is for authentication to tell, with an answer.
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                });
                listen.Use(Http2Output.Middleware);
            });
        });
        WebApplication application = builder.Build();
        application.Use(faults.HandleAsync);
        application.UseWebSockets();
        application.Run(context => _api.HandleAsync(context));
        return application;
    }

    private async Task BeginAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        DateTimeOffset now = options.Time.GetUtcNow();
        foreach (string name in StandardNamespaces.Concat(PodPopulation.Namespaces(options.Population)))
        {
            Resources.Namespaces.Store.Create(NamespaceManifest(name, now));
        }

        if (options.Node is { } node)
        {
            string version = ApiEditions.Of(options.Api).Version.Text("gitVersion")!;
            Resources.Nodes.Store.Create(ClusterNode.ToJson(now, version));
            PodPopulation.Fill(Resources.Pods, options.Population, node, now);
        }

        await _application.StartAsync(cancellationToken);
        IServerAddressesFeature addresses = _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        Port = new Uri(addresses.Addresses.Single()).Port;
        await new Seeder(this).CreateAsync(options.Pods, cancellationToken);
    }

    private static JsonObject NamespaceManifest(string name, DateTimeOffset now) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["uid"] = Guid.NewGuid().ToString(),
            ["creationTimestamp"] = ApiJson.Time(now),
            ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name },
        },
        ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
        ["status"] = new JsonObject { ["phase"] = "Active" },
    };

    private JsonObject BuildKubeConfig()
    {
        var kubeConfig = new KubeConfig(Address.ToString().TrimEnd('/'), _authority.CertificatePem);
        using ECDsa key = AdministratorCertificate.GetECDsaPrivateKey()
            ?? throw new InvalidOperationException("The administrator's certificate has no key.");
        kubeConfig.AddCertificateUser("admin", "default", AdministratorCertificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        foreach ((string name, string token) in _tokens)
        {
            kubeConfig.AddTokenUser(name, "default", token);
        }

        return kubeConfig.ToJson();
    }
}
