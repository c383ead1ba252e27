using EphemeralDebug.Sandbox.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>The server does not know v5 of the protocol of exec and attach, as none before 1.30 does.</summary>
internal sealed class OldProtocolFault : Fault
{
    private const string Fifth = "v5.channel.k8s.io";
    private const string Unknown = "unknown.channel.k8s.io";

    public override bool AppliesTo(HttpContext context, RequestInfo info) =>
        context.Request.Headers.SecWebSocketProtocol.ToString().Contains(Fifth, StringComparison.Ordinal);

    public override Task ApplyAsync(HttpContext context, RequestDelegate next, Action fired)
    {
        string offered = context.Request.Headers.SecWebSocketProtocol.ToString();
        context.Request.Headers.SecWebSocketProtocol = offered.Replace(Fifth, Unknown, StringComparison.Ordinal);
        fired();
        return next(context);
    }
}
