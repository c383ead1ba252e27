using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace EphemeralDebug.Sandbox.Faults.Connections;

/// <summary>Lets a part of an answer pass: of its body, or of the stream that it is upgraded to.</summary>
internal static class LimitedAnswer
{
    /// <summary>
    /// Answers the request. When <paramref name="length"/> bytes are on their way and more is to follow,
    /// <paramref name="reached"/> decides: what comes after it goes out when it ends, unless it throws.
    /// </summary>
    public static async Task PassAsync(HttpContext context, RequestDelegate next, long length, Func<Task> reached)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new LimitedUpgrade(upgrade, length, reached));
            await next(context);
            return;
        }

        if (context.Features.Get<Http2Output>() is { } output && context.Features.Get<IHttp2StreamIdFeature>() is { StreamId: int stream })
        {
            output.Follow(stream);
            try
            {
                await PassBodyAsync(context, next, length, async () =>
                {
                    await output.WaitAsync(stream, length, context.RequestAborted);
                    await reached();
                });
            }
            finally
            {
                output.Unfollow(stream);
            }
        }
        else
        {
            await PassBodyAsync(context, next, length, reached);
        }
    }

    private static async Task PassBodyAsync(HttpContext context, RequestDelegate next, long length, Func<Task> reached)
    {
        IHttpResponseBodyFeature original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var limited = new StreamResponseBodyFeature(new LimitedStream(original.Stream, length, reached), original);
        context.Features.Set<IHttpResponseBodyFeature>(limited);
        await next(context);
        await limited.CompleteAsync();
    }

    private sealed class LimitedUpgrade(IHttpUpgradeFeature inner, long length, Func<Task> reached) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => new LimitedStream(await inner.UpgradeAsync(), length, reached);
    }
}
