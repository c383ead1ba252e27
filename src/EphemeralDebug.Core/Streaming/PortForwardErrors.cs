using EphemeralDebug.Api;

namespace EphemeralDebug.Streaming;

/// <summary>What can go wrong with one connection to a port of a pod.</summary>
internal static class PortForwardErrors
{
    public static EphemeralDebugException Lost(PortForwardRequest request, Exception cause) =>
        Lost(request, cause.Message, cause);

    public static EphemeralDebugException Lost(PortForwardRequest request, string? reason, Exception? cause = null) => new(
        ConnectionErrors.LostId,
        FailureKind.Connection,
        $"The connection to {request.Subject} was lost{(string.IsNullOrEmpty(reason) ? "" : $": {ControlCharacters.MakeVisible(reason.TrimEnd('.'))}")}.",
        "Connect again; when it stays, check the network and the API server.",
        cause);

    /// <summary>The node could not connect, or the connection broke there; in the container runtime's words.</summary>
    public static EphemeralDebugException Failed(PortForwardRequest request, string reason) => new(
        "PortConnectionFailed",
        FailureKind.Connection,
        $"The connection to {request.Subject} failed: {ControlCharacters.MakeVisible(reason.Trim())}",
        "Check that something in the pod listens on this port, on its loopback address or all addresses.");
}
