using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Watch;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;
using EphemeralDebug.Debugging.Systems;
using EphemeralDebug.Forwarding;

namespace EphemeralDebug;

/// <summary>
/// A connection to one cluster as one user: the HTTP connections, the credentials and the watches that every cmdlet
/// which uses it shares. Dispose it to close them all.
/// </summary>
public sealed class ClusterSession : IDisposable
{
    private readonly ClusterConfiguration _configuration;
    private int _disposed;

    internal ClusterSession(ClusterConfiguration configuration, TimeProvider time)
    {
        _configuration = configuration;
        Client = new ApiClient(configuration.Server, HttpHandlerFactory.Create(configuration), time);
        Pods = new PodApi(Client);
        EphemeralContainers = new EphemeralContainersApi(Client);
        TracedPods = new TracedPodApi(Client);
        Nodes = new NodeApi(Client);
        Watcher = new PodWatcher(Client, Pods, time);
        NodeSystems = new NodeSystemReader(Client);
        Time = time;
    }

    /// <summary>The name of the kubeconfig's context, or null when none was used.</summary>
    public string? Context => _configuration.ContextName;

    /// <summary>The name of the kubeconfig's cluster, or null.</summary>
    public string? Cluster => _configuration.ClusterName;

    /// <summary>The name of the kubeconfig's user, or null.</summary>
    public string? User => _configuration.UserName;

    /// <summary>The server's address.</summary>
    public Uri Server => _configuration.Server;

    /// <summary>The namespace where none is said.</summary>
    public string Namespace => _configuration.Namespace;

    /// <summary>How requests are authenticated, in words such as <c>client certificate</c>; never the credential.</summary>
    public string Authentication => _configuration.Authentication;

    /// <summary>Where each setting came from.</summary>
    public IReadOnlyList<SettingOrigin> Origins => _configuration.Origins;

    /// <summary>The server's version, such as <c>v1.36.2</c>; null until it was asked.</summary>
    public string? ServerVersion { get; private set; }

    /// <summary>What the user should know about the configuration, such as that TLS is not verified.</summary>
    public IReadOnlyList<string> Warnings => _configuration.Warnings;

    /// <summary>The session has been closed; nothing can be asked through it any more.</summary>
    public bool IsClosed => Volatile.Read(ref _disposed) != 0;

    internal ApiClient Client { get; }

    internal PodApi Pods { get; }

    internal EphemeralContainersApi EphemeralContainers { get; }

    internal TracedPodApi TracedPods { get; }

    internal NodeApi Nodes { get; }

    internal PodWatcher Watcher { get; }

    internal NodeSystemReader NodeSystems { get; }

    internal TimeProvider Time { get; }

    /// <summary>The port forwards that end with the session.</summary>
    internal PortForwardTable PortForwards { get; } = new();

    /// <summary>Asks the server for its version, which proves that it answers and that it is trusted.</summary>
    /// <exception cref="EphemeralDebugException">It does not answer as a Kubernetes API server.</exception>
    internal async Task ReadServerVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            VersionResource version = await Client.GetAsync(
                "version", WireJson.Default.VersionResource, new ApiAction("get", "/version"), cancellationToken);
            ServerVersion = version.GitVersion is { } text ? ControlCharacters.MakeVisible(text) : null;
        }
        catch (KubernetesStatusException exception) when (exception.StatusCode is HttpStatusCode.Forbidden)
        {
            // Some clusters keep their version to themselves; that says nothing about the rights on pods.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            PortForwards.Dispose();
            Watcher.Dispose();
            Client.Dispose();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Context ?? Server.GetLeftPart(UriPartial.Authority);
}
