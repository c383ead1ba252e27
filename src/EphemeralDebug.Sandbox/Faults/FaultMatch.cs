using System.IO.Enumeration;
using EphemeralDebug.Sandbox.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Faults;

/// <summary>Which requests a fault is for. Names and values may have the wildcards * and ?; null stands for any.</summary>
internal sealed record FaultMatch
{
    /// <summary>Every request.</summary>
    public static FaultMatch Any { get; } = new();

    /// <summary>The HTTP method.</summary>
    public string? Method { get; init; }

    /// <summary>What authorization calls the request: get, list, watch, create, update, patch, delete, deletecollection.</summary>
    public string? Verb { get; init; }

    public string? Path { get; init; }

    /// <summary>A resource, or one with its subresource: "pods", "pods/log", "*/exec".</summary>
    public string? Resource { get; init; }

    /// <summary>Parameters that the query must have, each with a value that it must have.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>The name of the user who has authenticated.</summary>
    public string? User { get; init; }

    /// <summary>Only requests that ask for an upgrade of the connection.</summary>
    public bool Upgrade { get; init; }

    /// <summary>Whether the request is meant. The user is asked for only when it matters.</summary>
    public bool Matches(HttpRequest request, RequestInfo info, Func<string> user) =>
        (Method is null || Method == request.Method)
        && (Verb is null || Verb == info.Verb)
        && Fits(Path, info.Path)
        && (Resource is null || (info.IsResource && Fits(Resource, info.ToAccessRequest().CombinedResource)))
        && Query.All(wanted => request.Query.TryGetValue(wanted.Key, out var values) && values.Any(value => Fits(wanted.Value, value ?? "")))
        && (!Upgrade || request.Headers.Upgrade.Count > 0)
        && (User is null || Fits(User, user()));

    private static bool Fits(string? pattern, string text) =>
        pattern is null || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
