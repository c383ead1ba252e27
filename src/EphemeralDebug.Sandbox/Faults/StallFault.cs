using EphemeralDebug.Sandbox.Faults.Connections;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>
/// Nothing comes any more, and the connection stays open: before the answer, or after that many bytes of its body or of
/// an upgraded stream. It lasts until the client leaves or the server stops, or for a time.
/// </summary>
internal sealed class StallFault(long? at, TimeSpan? duration, TimeProvider time) : Fault
{
    public override async Task ApplyAsync(HttpContext context, RequestDelegate next, Action fired)
    {
        async Task StallAsync()
        {
            fired();
            await Task.Delay(duration ?? Timeout.InfiniteTimeSpan, time, context.RequestAborted);
        }

        if (at is { } length)
        {
            await LimitedAnswer.PassAsync(context, next, length, StallAsync);
            return;
        }

        await StallAsync();
        await next(context);
    }
}
