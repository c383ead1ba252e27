namespace EphemeralDebug.Streaming;

/// <summary>How a stream is kept alive, and when it is given up.</summary>
/// <param name="PingInterval">A ping is sent when nothing was received for this long, so that no proxy takes the connection for idle.</param>
/// <param name="SilenceLimit">The other end is taken for dead when nothing, not even the answer to a ping, came for this long.</param>
internal sealed record StreamKeepAlive(TimeSpan PingInterval, TimeSpan SilenceLimit)
{
    /// <summary>As client-go: a ping every 5 s, and 61 s for something to come back (k8s.io/client-go/tools/remotecommand/websocket.go).</summary>
    public static StreamKeepAlive Default { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(61));
}
