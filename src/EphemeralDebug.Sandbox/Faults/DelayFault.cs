using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>The answer comes as always, but late.</summary>
internal sealed class DelayFault(TimeSpan delay, TimeProvider time) : Fault
{
    public override async Task ApplyAsync(HttpContext context, RequestDelegate next, Action fired)
    {
        fired();
        await Task.Delay(delay, time, context.RequestAborted);
        await next(context);
    }
}
