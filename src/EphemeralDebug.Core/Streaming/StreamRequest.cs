using System.Text;

namespace EphemeralDebug.Streaming;

/// <summary>What to open in a container: a command (exec), or its own process (attach).</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Container">The container.</param>
internal sealed record StreamRequest(string Namespace, string Pod, string Container) : WebSocketRequest(Namespace, Pod)
{
    /// <summary>v5 can end standard input; v4 is what servers before 1.30 speak.</summary>
    private static readonly string[] s_protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    /// <summary>The command to run; null attaches to the container's own process.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Send standard input.</summary>
    public bool Input { get; init; }

    /// <summary>
    /// Use a terminal. With attach it has to be what the container was made with: output and input of a container that
    /// disagrees are lost in silence.
    /// </summary>
    public bool Terminal { get; init; }

    public override string Subresource => Command is null ? "attach" : "exec";

    public override string Subject => $"container '{Namespace}/{Pod}/{Container}'";

    public override IReadOnlyList<string> Protocols => s_protocols;

    /// <summary>The query; there is no separate error output with a terminal.</summary>
    public override string ToQuery()
    {
        var query = new StringBuilder("?container=").Append(Uri.EscapeDataString(Container));
        foreach (string argument in Command ?? [])
        {
            query.Append("&command=").Append(Uri.EscapeDataString(argument));
        }

        if (Input)
        {
            query.Append("&stdin=true");
        }

        return query.Append("&stdout=true").Append(Terminal ? "&tty=true" : "&stderr=true").ToString();
    }
}
