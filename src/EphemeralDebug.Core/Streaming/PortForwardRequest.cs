using System.Globalization;

namespace EphemeralDebug.Streaming;

/// <summary>A connection to open to a port of a pod. Each takes a WebSocket of its own: the protocol has no way to open more in one.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Port">The port in the pod.</param>
internal sealed record PortForwardRequest(string Namespace, string Pod, int Port) : WebSocketRequest(Namespace, Pod)
{
    /// <summary>The version of the subresource's channels (k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go).</summary>
    private static readonly string[] s_protocols = ["v4.channel.k8s.io"];

    public override string Subresource => "portforward";

    public override string Subject => string.Create(CultureInfo.InvariantCulture, $"port {Port} of pod '{Namespace}/{Pod}'");

    public override IReadOnlyList<string> Protocols => s_protocols;

    public override string ToQuery() => string.Create(CultureInfo.InvariantCulture, $"?ports={Port}");
}
