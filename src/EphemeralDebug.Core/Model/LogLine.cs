using EphemeralDebug.Debugging.Logs;

namespace EphemeralDebug;

/// <summary>A line that a container has printed.</summary>
public sealed class LogLine
{
    internal LogLine(LogSource source, LogStamp stamp, bool hasStamp, string text)
    {
        Namespace = source.Namespace;
        Pod = source.Pod;
        Container = source.Container;
        Stamp = stamp;
        Time = hasStamp ? stamp.ToTime() : null;
        Text = text;
    }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The pod's name.</summary>
    public string Pod { get; }

    /// <summary>The container's name.</summary>
    public string Container { get; }

    /// <summary>
    /// When the container's runtime took in the line, by the node's clock; null for what the kubelet says itself in place of
    /// the log.
    /// </summary>
    public DateTimeOffset? Time { get; }

    /// <summary>The line as it was printed, without its end; control characters are as they came.</summary>
    public string Text { get; }

    /// <summary>What lines are ordered by: the time to the nanosecond, or that of the line before.</summary>
    internal LogStamp Stamp { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
