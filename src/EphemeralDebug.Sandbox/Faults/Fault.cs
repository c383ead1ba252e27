using EphemeralDebug.Sandbox.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>A way in which the server misbehaves. It may be used by many requests at once and holds nothing of them.</summary>
internal abstract class Fault
{
    /// <summary>Whether the fault can happen to the request at all.</summary>
    public virtual bool AppliesTo(HttpContext context, RequestInfo info) => true;

    /// <summary>
    /// Answers the request, or lets <paramref name="next"/> answer it in a changed way. <paramref name="fired"/> is
    /// called at the moment at which the fault happens.
    /// </summary>
    public abstract Task ApplyAsync(HttpContext context, RequestDelegate next, Action fired);
}
