namespace EphemeralDebug.Streaming;

/// <summary>What a WebSocket to a pod is opened for.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod.</param>
internal abstract record WebSocketRequest(string Namespace, string Pod)
{
    /// <summary>The subresource of the pod, such as <c>exec</c>.</summary>
    public abstract string Subresource { get; }

    /// <summary>What it leads to, in words for people, such as <c>container 'default/web/app'</c>.</summary>
    public abstract string Subject { get; }

    /// <summary>The protocols that are offered, the best first.</summary>
    public abstract IReadOnlyList<string> Protocols { get; }

    /// <summary>When to ping, and when to give up.</summary>
    public StreamKeepAlive KeepAlive { get; init; } = StreamKeepAlive.Default;

    /// <summary>The query, with its question mark.</summary>
    public abstract string ToQuery();
}
