using EphemeralDebug.Sandbox.Security;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>What a request's method and path mean: a verb on a resource, or a path that is no resource.</summary>
internal sealed record RequestInfo
{
    private static readonly HashSet<string> NamespaceSubresources = new(StringComparer.Ordinal) { "status", "finalize" };

    public required string Path { get; init; }

    public required string Verb { get; init; }

    public bool IsResource { get; init; }

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary>Empty for requests that are not in a namespace.</summary>
    public string Namespace { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>Empty for requests about a whole collection.</summary>
    public string Name { get; init; } = "";

    /// <summary>True when the path goes deeper than any path of the API.</summary>
    public bool TooDeep { get; init; }

    public ResourceKind Kind => new(Resource, Group);

    public static RequestInfo Read(HttpRequest request)
    {
        string path = request.Path.Value ?? "/";
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string method = request.Method.ToLowerInvariant();
        var info = new RequestInfo { Path = path, Verb = method };
        return parts switch
        {
            ["api", string version, _, ..] => ReadResource(info with { Version = version }, parts[2..], request),
            ["apis", string group, string version, _, ..] => ReadResource(info with { Group = group, Version = version }, parts[3..], request),
            _ => info,
        };
    }

    public AccessRequest ToAccessRequest() => IsResource
        ? new AccessRequest(Verb) { Group = Group, Resource = Resource, Subresource = Subresource, Name = Name, Namespace = Namespace }
        : new AccessRequest(Verb) { Path = Path };

    private static RequestInfo ReadResource(RequestInfo info, string[] parts, HttpRequest request)
    {
        bool oldWatch = parts is ["watch", _, ..];
        info = ReadPath(info with { IsResource = true }, oldWatch ? parts[1..] : parts);
        if (oldWatch)
        {
            return info with { Verb = "watch" };
        }

        string verb = Method(request.Method);
        bool collection = info.Name.Length == 0;
        verb = (verb, collection) switch
        {
            ("get", true) when QueryValues.IsSet(request.Query["watch"]) => "watch",
            ("get", true) => "list",
            ("delete", true) => "deletecollection",
            _ => verb,
        };

        // A list of one name may be allowed by that name.
        bool many = verb is "list" or "watch" or "deletecollection";
        string name = many ? NameInSelector(request.Query["fieldSelector"].ToString()) : info.Name;
        return info with { Verb = verb, Name = name };
    }

    private static RequestInfo ReadPath(RequestInfo info, string[] parts)
    {
        if (parts is ["namespaces", string name, .. string[] rest])
        {
            info = info with { Namespace = name };
            if (rest.Length > 0 && !(rest.Length == 1 && NamespaceSubresources.Contains(rest[0])))
            {
                parts = rest;
            }
        }

        return info with
        {
            Resource = parts[0],
            Name = parts.ElementAtOrDefault(1) ?? "",
            Subresource = parts.ElementAtOrDefault(2) ?? "",
            TooDeep = parts.Length > 3,
        };
    }

    private static string Method(string method) => method switch
    {
        "POST" => "create",
        "GET" or "HEAD" => "get",
        "PUT" => "update",
        _ => method.ToLowerInvariant(),
    };

    private static string NameInSelector(string selector) => selector.Split(',')
        .Select(term => term.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(term => term is ["metadata.name", _])
        .Select(term => term[1].TrimStart('='))
        .FirstOrDefault() ?? "";
}
