namespace EphemeralDebug;

/// <summary>A line that a command has written, as soon as it was.</summary>
public sealed class CommandOutputLine
{
    internal CommandOutputLine(EphemeralContainer container, string text, bool isError)
    {
        Namespace = container.Namespace;
        Pod = container.Pod;
        Container = container.Name;
        Text = text;
        IsError = isError;
    }

    /// <summary>The pod's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The pod's name.</summary>
    public string Pod { get; }

    /// <summary>The container's name.</summary>
    public string Container { get; }

    /// <summary>The line without its end; what is no UTF-8 becomes U+FFFD. A line without end comes in pieces.</summary>
    public string Text { get; }

    /// <summary>It was written to the error output.</summary>
    public bool IsError { get; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
