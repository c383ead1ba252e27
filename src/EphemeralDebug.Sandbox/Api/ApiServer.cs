using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Security;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>
/// The way of every request: who asks, as whom, whether that is allowed, and then the resource, the document of
/// discovery or the path that answers it.
/// </summary>
internal sealed class ApiServer(
    Authenticator authenticator, Authorizer authorizer, ResourceRegistry registry, Discovery discovery, AccessReviews reviews, ResourceEndpoints endpoints, ApiEdition edition)
{
    private static readonly HashSet<string> HealthPaths = new(StringComparer.Ordinal) { "/healthz", "/livez", "/readyz" };

    private readonly Impersonation _impersonation = new(authorizer);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            var info = RequestInfo.Read(context.Request);
            UserInfo user = Admit(context, info);
            await (info.IsResource ? HandleResourceAsync(context, info, user) : HandlePathAsync(context, info));
        }
        catch (ApiStatusException exception) when (!context.Response.HasStarted)
        {
            await ResponseWriter.WriteStatusAsync(context, exception.Status);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; nobody is there to be answered.
        }
    }

    private UserInfo Admit(HttpContext context, RequestInfo info)
    {
        UserInfo asking = authenticator.Authenticate(context) ?? throw new ApiStatusException(ApiStatus.Unauthorized());
        AccessRequest access = info.ToAccessRequest();
        UserInfo user = _impersonation.Resolve(asking, access, context.Request.Headers);
        if (!authorizer.Authorize(user, access).Allowed)
        {
            throw new ApiStatusException(Refusals.Of(user, access));
        }

        // A WebSocket is opened with GET; that it runs something takes the right to create as well.
        bool stream = edition.GuardsStreams && info is { Resource: "pods", Verb: "get", Subresource: "exec" or "attach" or "portforward" };
        if (stream && IsWebSocket(context.Request) && !authorizer.Authorize(user, access with { Verb = "create" }).Allowed)
        {
            throw new ApiStatusException(ApiStatus.Forbidden(info.Kind, info.Name, ""));
        }

        return user;
    }

    private Task HandleResourceAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        if (AccessReviews.IsReview(info) && info.Name.Length == 0)
        {
            return reviews.HandleAsync(context, info, user);
        }

        if (registry.Find(info.Group, info.Version, info.Resource) is not { } resource || info.TooDeep)
        {
            return UnknownAsync(context, isApi: info.Group.Length == 0 || discovery.IsKnownGroup(info.Group));
        }

        return endpoints.HandleAsync(new ApiRequest(context, info, user, resource) { Edition = edition });
    }

    private async Task HandlePathAsync(HttpContext context, RequestInfo info)
    {
        string[] parts = info.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            throw new ApiStatusException(ApiStatus.MethodNotAllowed());
        }

        if (HealthPaths.Contains(info.Path))
        {
            await ResponseWriter.WriteTextAsync(context, 200, "ok");
        }
        else if (info.Path == "/version")
        {
            await ResponseWriter.WriteAsync(context, 200, new Negotiated(Format.Json, Representation.Object) { Pretty = true }, edition.Version);
        }
        else if (!await discovery.TryHandleAsync(context, parts) && !(edition.HasOpenApi && await OpenApi.TryHandleAsync(context, parts)))
        {
            await UnknownAsync(context, isApi: parts is ["api", ..] || (parts is ["apis", var group, ..] && discovery.IsKnownGroup(group)));
        }
    }

    /// <summary>Below the paths of known groups the API answers that it has no such thing, elsewhere the web server does.</summary>
    private static Task UnknownAsync(HttpContext context, bool isApi) => isApi
        ? throw new ApiStatusException(ApiStatus.UnknownPath())
        : ResponseWriter.WriteTextAsync(context, 404, "404 page not found\n");

    private static bool IsWebSocket(HttpRequest request) =>
        request.Headers.Connection.ToString().Contains("upgrade", StringComparison.OrdinalIgnoreCase)
        && string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);
}
