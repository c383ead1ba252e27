using EphemeralDebug.Sandbox.Api;
using EphemeralDebug.Sandbox.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>
/// What a client goes on from is gone: a watch ends with a 410 in an ERROR event, a list that is continued is answered
/// with a 410. A watch can also end as it does when its time is up.
/// </summary>
internal sealed class ExpiryFault(ExpiryKind kind, TimeSpan after, TimeProvider time) : Fault
{
    public override bool AppliesTo(HttpContext context, RequestInfo info) => info.Verb switch
    {
        "watch" => true,
        "list" => kind == ExpiryKind.Expired && context.Request.Query["continue"].ToString().Length > 0,
        _ => false,
    };

    public override async Task ApplyAsync(HttpContext context, RequestDelegate next, Action fired)
    {
        using var due = new CancellationTokenSource(after, time);
        await using CancellationTokenRegistration registration = due.Token.Register(fired);
        context.Features.Set(new Expiry(kind, due.Token));
        await next(context);
    }
}
