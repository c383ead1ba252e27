using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>
/// A subprotocol of exec, attach and port-forward: the version decides about the status and half-closing, base64 ones send text.
/// </summary>
internal sealed record StreamProtocol(string Name, int Version, bool IsBase64)
{
    private static readonly StreamProtocol Fifth = new("v5.channel.k8s.io", 5, IsBase64: false);

    private static readonly StreamProtocol[] BeforeFifth =
    [
        new("", 1, IsBase64: false),
        new("channel.k8s.io", 1, IsBase64: false),
        new("base64.channel.k8s.io", 1, IsBase64: true),
        new("v4.channel.k8s.io", 4, IsBase64: false),
        new("v4.base64.channel.k8s.io", 4, IsBase64: true),
    ];

    /// <summary>
    /// The protocol that is used: v5 when it is offered at all, as the API server itself speaks it; else the kubelet
    /// takes the first that it knows. Null when it knows none. Legacy servers do not know v5.
    /// </summary>
    public static StreamProtocol? Negotiate(IList<string> offered, bool isLegacy = false)
    {
        if (offered.Count == 0)
        {
            return BeforeFifth[0];
        }

        return !isLegacy && offered.Contains(Fifth.Name)
            ? Fifth
            : offered.Select(name => Array.Find(BeforeFifth, protocol => protocol.Name == name && name.Length > 0)).FirstOrDefault(protocol => protocol is not null);
    }

    /// <summary>The protocol of a port-forward: the first that is known; null when none is.</summary>
    public static StreamProtocol? NegotiatePortForward(IList<string> offered) => offered.Count == 0
        ? BeforeFifth[0]
        : offered.Select(name => Array.Find(BeforeFifth, protocol => protocol.Name == name && protocol.Version == 4)).FirstOrDefault(protocol => protocol is not null);

    /// <summary>Answers the upgrade. A client that offered nothing gets an empty header.</summary>
    public async Task<WebSocket> AcceptAsync(HttpContext context)
    {
        if (Name.Length == 0)
        {
            context.Response.Headers.SecWebSocketProtocol = "";
        }

        return await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = Name.Length == 0 ? null : Name,
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
        });
    }
}
