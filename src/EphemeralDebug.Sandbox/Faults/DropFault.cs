using EphemeralDebug.Sandbox.Faults.Connections;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>
/// The connection is lost: before the answer, or after that many bytes of its body or of an upgraded stream; at once or
/// a while later. With HTTP/2, all that goes on over the connection is lost with it.
/// </summary>
internal sealed class DropFault(long? at, TimeSpan? after, TimeProvider time) : Fault
{
    public override async Task ApplyAsync(HttpContext context, RequestDelegate next, Action fired)
    {
        CuttableTransport transport = context.Features.Get<CuttableTransport>()
            ?? throw new InvalidOperationException("The connection cannot be cut.");
        async Task CutAsync()
        {
            if (after is { } pause)
            {
                await Task.Delay(pause, time, context.RequestAborted);
            }

            fired();
            transport.Cut();
            throw new IOException("The sandbox was told to drop the connection here.");
        }

        try
        {
            await (at is { } length ? LimitedAnswer.PassAsync(context, next, length, CutAsync) : CutAsync());
        }
        catch (IOException)
        {
            // What was being answered has noticed the loss.
        }

        if (transport.IsCut)
        {
            await GoneAsync(context);
        }
    }

    /// <summary>Waits until the connection is gone. To abort it would lose what is still on its way.</summary>
    private static async Task GoneAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
