using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Streaming;

namespace EphemeralDebug.Forwarding;

/// <summary>Starts port forwards to one pod.</summary>
internal sealed class PortForwardStarter
{
    private readonly ClusterSession _session;
    private readonly PodResource _pod;

    private PortForwardStarter(ClusterSession session, PodResource pod)
    {
        _session = session;
        _pod = pod;
    }

    /// <summary>Finds the pod, and makes sure that it runs and that the user may forward its ports.</summary>
    /// <exception cref="EphemeralDebugException">There is no such pod, it does not run, or a right is missing.</exception>
    public static async Task<PortForwardStarter> CreateAsync(
        ClusterSession session, string podNamespace, string name, CancellationToken cancellationToken)
    {
        PodResource pod = await session.Pods.GetAsync(podNamespace, name, cancellationToken);
        if (pod.Status?.Phase is not "Running")
        {
            throw ForwardErrors.NotRunning(pod);
        }

        await CheckRightAsync(session, podNamespace, name, cancellationToken);
        return new PortForwardStarter(session, pod);
    }

    /// <summary>Listens on a local port and returns; the connections are passed on from then on.</summary>
    /// <param name="spec">The ports.</param>
    /// <param name="addresses">The local addresses.</param>
    /// <param name="warn">Told of an address that could not be listened on while another could.</param>
    /// <exception cref="EphemeralDebugException">The pod has no such port, or the local one cannot be listened on.</exception>
    public PortForward Start(PortSpec spec, IReadOnlyList<IPAddress> addresses, Action<string> warn)
    {
        int remotePort = spec.FindRemotePort(_pod);
        var listener = LocalListener.Start(addresses, spec.Local ?? remotePort);
        var forwarder = new PortForwarder(_session, _pod, listener, remotePort);
        try
        {
            _session.PortForwards.Start(forwarder);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        if (listener.PartialFailure is { } failure)
        {
            warn($"Port {forwarder.Forward.LocalPort} is listened on at {string.Join(" and ", forwarder.Forward.LocalAddresses)} alone: {failure.Message}.");
        }

        return forwarder.Forward;
    }

    /// <summary>
    /// Asks for the subresource without an upgrade. Who may use it is told that one is required; nothing is opened, and a
    /// missing right is known before the first connection.
    /// </summary>
    private static async Task CheckRightAsync(
        ClusterSession session, string podNamespace, string name, CancellationToken cancellationToken)
    {
        var request = new PortForwardRequest(podNamespace, name, Port: 1);
        try
        {
            await session.Client.GetObjectAsync(
                ApiPath.Pod(podNamespace, name, request.Subresource) + request.ToQuery(),
                new ApiAction("get and create", $"pods/{request.Subresource}", podNamespace, name),
                cancellationToken);
        }
        catch (EphemeralDebugException exception) when (exception.Kind is not (FailureKind.PermissionDenied or FailureKind.Authentication))
        {
            // The expected refusal. Anything else that is wrong is told by the connections.
        }
    }
}
