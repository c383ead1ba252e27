using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>A request about a resource, after it was allowed.</summary>
internal sealed record ApiRequest(HttpContext Http, RequestInfo Info, UserInfo User, ResourceDefinition Resource)
{
    /// <summary>The version of Kubernetes that answers.</summary>
    public ApiEdition Edition { get; init; } = ApiEdition.Current;

    public IQueryCollection Query => Http.Request.Query;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Warnings that the answer carries, in the order in which they came up.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The namespace of the request's object; null for what is in no namespace.</summary>
    public string? ObjectNamespace => Resource.Namespaced ? Info.Namespace : null;

    /// <summary>The object that the request names.</summary>
    /// <exception cref="ApiStatusException">There is none.</exception>
    public StoredObject FindObject() => Resource.Store.Get(ObjectNamespace, Info.Name)
        ?? throw new ApiStatusException(ApiStatus.NotFound(Resource.ResourceKind, Info.Name));
}
