using System.Text;
using EphemeralDebug.Api;

namespace EphemeralDebug.Streaming;

/// <summary>What can go wrong with an open stream.</summary>
internal static class StreamErrors
{
    /// <summary>As much as tells what it is.</summary>
    private const int MaximumShownStatus = 200;

    /// <summary>The connection ended, and nothing said how the command did.</summary>
    public static EphemeralDebugException Lost(StreamRequest request, Exception? cause = null) =>
        Lost(request, cause is null ? null : ConnectionErrors.Cause(cause), cause);

    /// <summary>The same, for a reason in words of ours.</summary>
    public static EphemeralDebugException Lost(StreamRequest request, string? reason, Exception? cause = null) => new(
        ConnectionErrors.LostId,
        FailureKind.Connection,
        $"The connection to container '{request.Namespace}/{request.Pod}/{request.Container}' was lost{(reason is null ? "" : $": {reason.TrimEnd('.')}")}. What ran in it may still be running.",
        $"When the cluster answers again: Enter-EphemeralContainer {request.Namespace}/{request.Pod} {request.Container}",
        cause);

    /// <summary>The stream ended with something on its status channel that is no status.</summary>
    public static EphemeralDebugException UnreadableStatus(StreamRequest request, ReadOnlySpan<byte> text)
    {
        string shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaximumShownStatus)]);
        return Lost(request, $"it ended with what is no status, '{ControlCharacters.MakeVisible(shown)}'");
    }

    /// <summary>
    /// Names the verb that a refused WebSocket lacks. It is a GET, so servers ask for the verb get; since 1.35 they ask
    /// for create too, and where that alone is missing they say nothing after "is forbidden:".
    /// </summary>
    public static KubernetesStatusException Forbidden(WebSocketRequest request, KubernetesStatusException refusal)
    {
        if (!refusal.Message.TrimEnd().EndsWith("is forbidden:", StringComparison.Ordinal))
        {
            return new KubernetesStatusException(refusal, refusal.Message, Advise($"get and create pods/{request.Subresource}"));
        }

        string right = $"create pods/{request.Subresource}";
        return new KubernetesStatusException(
            refusal,
            $"{refusal.Message.TrimEnd()} the right to {right} is missing, which Kubernetes 1.35 and later ask for beside get",
            Advise(right));

        string Advise(string what) =>
            $"Ask an administrator for the right to {what} in namespace '{request.Namespace}', or connect as a user who has it.";
    }

    public static EphemeralDebugException InputCannotEnd(StreamRequest request) => new(
        "InputCannotEnd",
        FailureKind.Protocol,
        $"The end of the input cannot be told to container '{request.Namespace}/{request.Pod}/{request.Container}': the server speaks protocol v4, in which input ends with the connection.",
        "Servers of version 1.30 and later can. Here, run a command that knows by itself when it has read enough, such as head -c.");

    public static EphemeralDebugException UpgradeNotUnderstood(WebSocketRequest request, string detail) => new(
        "StreamProtocol",
        FailureKind.Protocol,
        $"The server agreed to a WebSocket for {request.Subject} but {detail}.",
        "A proxy between here and the API server may not pass WebSockets on; try without it.");
}
