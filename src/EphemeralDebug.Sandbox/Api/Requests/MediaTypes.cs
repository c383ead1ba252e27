using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>What an answer shows of the objects.</summary>
internal enum Representation
{
    Object,
    Table,
    PartialMetadata,
    PartialMetadataList,
    AggregatedDiscovery,
}

/// <summary>The form of an answer that was agreed on.</summary>
internal readonly record struct Negotiated(bool Yaml, Representation Representation)
{
    public const string Json = "application/json";
    public const string YamlType = "application/yaml";

    public string ContentType => (Yaml, Representation) switch
    {
        (true, _) => YamlType,
        (_, Representation.AggregatedDiscovery) => "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        _ => Json,
    };
}

/// <summary>What a server has to offer beside the object itself.</summary>
internal enum Offer
{
    /// <summary>Tables and metadata alone.</summary>
    Objects,

    /// <summary>Metadata alone: nothing knows how to make a table of it.</summary>
    PlainObjects,

    /// <summary>All groups, versions and resources at once.</summary>
    AggregatedDiscovery,
}

/// <summary>Agrees with a client on the form of an answer, from its Accept header.</summary>
internal static class Negotiation
{
    private const string Available = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    /// <summary>The first form that the client accepts and the server has.</summary>
    /// <exception cref="ApiStatusException">There is none.</exception>
    public static Negotiated Negotiate(HttpRequest request, Offer offer = Offer.Objects)
    {
        MediaTypeHeaderValue[] accepted = Accepted(request);
        if (accepted.Length == 0)
        {
            return default;
        }

        if (!Array.Exists(accepted, IsServed))
        {
            throw new ApiStatusException(ApiStatus.Generic(406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {Available}"));
        }

        return accepted.Select(type => Match(type, offer)).FirstOrDefault(match => match is not null)
            ?? throw NotAcceptable();
    }

    /// <summary>Refuses a request whose answer is text when the client asks for text: the server negotiates objects only.</summary>
    public static void RequireObjectType(HttpRequest request)
    {
        MediaTypeHeaderValue[] accepted = Accepted(request);
        if (accepted.Length > 0 && !Array.Exists(accepted, type => Match(type, Offer.Objects) is not null))
        {
            throw NotAcceptable();
        }
    }

    private static ApiStatusException NotAcceptable() =>
        new(new ApiStatus(406, "NotAcceptable", $"only the following media types are accepted: {Available}"));

    private static MediaTypeHeaderValue[] Accepted(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList([.. request.Headers.Accept.OfType<string>()], out IList<MediaTypeHeaderValue>? types)
            ? [.. types.OrderByDescending(type => type.Quality ?? 1)]
            : [];

    private static bool IsServed(MediaTypeHeaderValue type) =>
        type.MediaType.Value is "*/*" or "application/*" or Negotiated.Json or Negotiated.YamlType or "application/vnd.kubernetes.protobuf";

    private static Negotiated? Match(MediaTypeHeaderValue type, Offer offer)
    {
        string? Parameter(string name) => type.Parameters
            .FirstOrDefault(parameter => string.Equals(parameter.Name.Value, name, StringComparison.Ordinal))?.Value.Value;
        bool? yaml = type.MediaType.Value switch
        {
            "*/*" or "application/*" or Negotiated.Json => false,
            Negotiated.YamlType => true,
            _ => null,
        };
        Representation? representation = (Parameter("as"), Parameter("g"), Parameter("v")) switch
        {
            (null, _, _) => Representation.Object,
            ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2") when offer == Offer.AggregatedDiscovery => Representation.AggregatedDiscovery,
            ("Table", "meta.k8s.io", "v1" or "v1beta1") when offer == Offer.Objects => Representation.Table,
            ("PartialObjectMetadata", "meta.k8s.io", "v1" or "v1beta1") when offer != Offer.AggregatedDiscovery => Representation.PartialMetadata,
            ("PartialObjectMetadataList", "meta.k8s.io", "v1" or "v1beta1") when offer != Offer.AggregatedDiscovery => Representation.PartialMetadataList,
            _ => null,
        };
        return yaml is null || representation is null ? null : new Negotiated(yaml.Value, representation.Value);
    }
}
