using EphemeralDebug.Sandbox.Security;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>The 403 of a request that is not allowed.</summary>
internal static class Refusals
{
    public static ApiStatus Of(UserInfo user, AccessRequest request)
    {
        string sentence = Authorizer.Refusal(user, request);
        return request.Path is null
            ? ApiStatus.Forbidden(new ResourceKind(request.Resource, request.Group), request.Name, sentence)
            : ApiStatus.Generic(403, "Forbidden", $"forbidden: {sentence}");
    }
}
