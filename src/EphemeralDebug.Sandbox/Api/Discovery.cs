using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Responses;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>Tells clients which groups, versions and resources there are, in both forms.</summary>
internal sealed class Discovery(ResourceRegistry registry, ApiEdition edition)
{
    private static readonly Dictionary<string, (string Name, string Kind, bool Namespaced)[]> Reviews = new(StringComparer.Ordinal)
    {
        ["authentication.k8s.io"] = [("selfsubjectreviews", "SelfSubjectReview", false)],
        ["authorization.k8s.io"] =
        [
            ("localsubjectaccessreviews", "LocalSubjectAccessReview", true),
            ("selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
            ("selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
            ("subjectaccessreviews", "SubjectAccessReview", false),
        ],
    };

    /// <summary>Answers a path of discovery; false when it is none.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context, string[] parts)
    {
        JsonObject? document = parts switch
        {
            ["api"] when IsAggregated(context) => Aggregated([("", ["v1"])]),
            ["apis"] when IsAggregated(context) => Aggregated(edition.Groups),
            ["api"] => Versions(context),
            ["apis"] => GroupList(),
            ["api", "v1"] => ResourceList("", "v1"),
            ["apis", var name] when Group(name) is { } group => Describe(group),
            ["apis", var name, var version] when Group(name)?.Versions.Contains(version) == true => ResourceList(name, version),
            _ => null,
        };
        if (document is null)
        {
            return false;
        }

        bool aggregates = parts.Length == 1;
        await ResponseWriter.WriteAsync(context, 200, Form(context, aggregates), document);
        return true;
    }

    public bool IsKnownGroup(string name) => Group(name) is not null;

    private (string Name, string[] Versions)? Group(string name)
    {
        (string Name, string[] Versions) group = edition.Groups.FirstOrDefault(candidate => candidate.Name == name);
        return group.Name is null ? null : group;
    }

    private bool IsAggregated(HttpContext context) =>
        Form(context, aggregates: true).Representation == Representation.AggregatedDiscovery;

    private Negotiated Form(HttpContext context, bool aggregates) =>
        Negotiation.Negotiate(context.Request, aggregates && edition.HasAggregatedDiscovery ? Offer.Discovery : Offer.Documents);

    private static JsonObject Versions(HttpContext context) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject
        {
            ["clientCIDR"] = "0.0.0.0/0",
            ["serverAddress"] = $"{context.Connection.LocalIpAddress}:{context.Connection.LocalPort}",
        }),
    };

    private JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. edition.Groups.Select(group => DescribeBare(group))]),
    };

    private static JsonObject Describe((string Name, string[] Versions) group)
    {
        JsonObject document = DescribeBare(group);
        document["kind"] = "APIGroup";
        document["apiVersion"] = "v1";
        return document;
    }

    private static JsonObject DescribeBare((string Name, string[] Versions) group)
    {
        JsonObject Version(string version) => new() { ["groupVersion"] = $"{group.Name}/{version}", ["version"] = version };
        return new JsonObject
        {
            ["name"] = group.Name,
            ["versions"] = new JsonArray([.. group.Versions.Select(Version)]),
            ["preferredVersion"] = Version(group.Versions[0]),
        };
    }

    private JsonObject ResourceList(string group, string version)
    {
        var resources = new JsonArray([.. registry.Of(group, version).SelectMany(Entries)]);
        foreach ((string name, string kind, bool namespaced) in Reviews.GetValueOrDefault(group, []))
        {
            resources.Add(Entry(name, edition.TellsSingularNames ? kind.ToLowerInvariant() : "", namespaced, kind, ["create"]));
        }

        var document = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
        {
            document["apiVersion"] = "v1";
        }

        document["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        document["resources"] = resources;
        return document;
    }

    private IEnumerable<JsonObject> Entries(ResourceDefinition resource)
    {
        JsonObject entry = Entry(resource.Name, edition.TellsSingularNames ? resource.SingularName : "", resource.Namespaced, resource.Kind, resource.Verbs);
        AddNames(entry, resource);
        if (resource.StorageVersionHash is { } hash)
        {
            entry["storageVersionHash"] = hash;
        }

        yield return entry;
        foreach (SubresourceDefinition subresource in resource.Subresources)
        {
            JsonObject sub = Entry($"{resource.Name}/{subresource.Name}", "", resource.Namespaced, subresource.Kind, subresource.Verbs);
            if (subresource.KindVersion is { } version)
            {
                sub["group"] = version.Group;
                sub["version"] = version.Version;
            }

            yield return sub;
        }
    }

    private static JsonObject Entry(string name, string singular, bool namespaced, string kind, IEnumerable<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = singular,
        ["namespaced"] = namespaced,
        ["kind"] = kind,
        ["verbs"] = Texts(verbs),
    };

    private static void AddNames(JsonObject entry, ResourceDefinition resource)
    {
        if (resource.ShortNames.Count > 0)
        {
            entry["shortNames"] = Texts(resource.ShortNames);
        }

        if (resource.Categories.Count > 0)
        {
            entry["categories"] = Texts(resource.Categories);
        }
    }

    private JsonObject Aggregated(IEnumerable<(string Name, string[] Versions)> groups) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. groups.Select(group => new JsonObject
        {
            ["metadata"] = group.Name.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group.Name },
            ["versions"] = new JsonArray([.. group.Versions.Select(version => AggregatedVersion(group.Name, version))]),
        })]),
    };

    private JsonObject AggregatedVersion(string group, string version)
    {
        var resources = new JsonArray([.. registry.Of(group, version).Select(AggregatedResource)]);
        foreach ((string name, string kind, bool namespaced) in Reviews.GetValueOrDefault(group, []))
        {
            resources.Add(new JsonObject
            {
                ["resource"] = name,
                ["responseKind"] = ResponseKind(kind),
                ["scope"] = namespaced ? "Namespaced" : "Cluster",
                ["singularResource"] = kind.ToLowerInvariant(),
                ["verbs"] = Texts(["create"]),
            });
        }

        return new JsonObject { ["version"] = version, ["resources"] = resources, ["freshness"] = "Current" };
    }

    private static JsonObject AggregatedResource(ResourceDefinition resource)
    {
        var entry = new JsonObject
        {
            ["resource"] = resource.Name,
            ["responseKind"] = ResponseKind(resource.Kind),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.SingularName,
            ["verbs"] = Texts(resource.Verbs),
        };
        AddNames(entry, resource);
        if (resource.Subresources.Count > 0)
        {
            entry["subresources"] = new JsonArray([.. resource.Subresources.Select(subresource => new JsonObject
            {
                ["subresource"] = subresource.Name,
                ["responseKind"] = ResponseKind(subresource.Kind, subresource.KindVersion),
                ["verbs"] = Texts(subresource.Verbs),
            })]);
        }

        return entry;
    }

    /// <summary>Group and version are told only where they are not those of the resource.</summary>
    private static JsonObject ResponseKind(string kind, (string Group, string Version)? version = null) =>
        new() { ["group"] = version?.Group ?? "", ["version"] = version?.Version ?? "", ["kind"] = kind };

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
