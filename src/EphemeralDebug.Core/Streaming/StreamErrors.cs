using EphemeralDebug.Api;

namespace EphemeralDebug.Streaming;

/// <summary>What can go wrong with an open stream.</summary>
internal static class StreamErrors
{
    public static EphemeralDebugException Lost(StreamRequest request, Exception? cause = null) => new(
        ConnectionErrors.LostId,
        FailureKind.Connection,
        $"The connection to container '{request.Namespace}/{request.Pod}/{request.Container}' was lost{(cause is null ? "" : $": {cause.Message.TrimEnd('.')}")}. What ran in it may still be running.",
        "Check the cluster with Get-EphemeralContainer and enter the container again.",
        cause);

    public static EphemeralDebugException UpgradeNotUnderstood(StreamRequest request, string detail) => new(
        "StreamProtocol",
        FailureKind.Protocol,
        $"The server agreed to a WebSocket for container '{request.Namespace}/{request.Pod}/{request.Container}' but {detail}.",
        "A proxy between here and the API server may not pass WebSockets on; try without it.");
}
