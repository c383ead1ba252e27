using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>What an endpoint can answer with.</summary>
internal enum Offer
{
    /// <summary>Documents as they are.</summary>
    Documents,

    /// <summary>Objects, which can be shown as tables or as metadata alone.</summary>
    Objects,

    /// <summary>Objects that nothing knows how to make a table of.</summary>
    PlainObjects,

    /// <summary>Lists and watches of objects.</summary>
    Collections,

    /// <summary>Groups and resources, which can be shown all in one.</summary>
    Discovery,
}

/// <summary>Agrees with a client on the form of an answer, from its Accept header.</summary>
internal static class Negotiation
{
    private const string Watch = "watch";

    private static readonly string[] Available = [Negotiated.Json, Negotiated.YamlType, Negotiated.Protobuf];
    private static readonly string[] Streams = [$"{Negotiated.Json};stream={Watch}", $"{Negotiated.Protobuf};stream={Watch}"];
    private static readonly string[] HumanAgents = ["curl", "Wget", "Mozilla/5.0"];

    /// <summary>The form that the client likes best of those that there are.</summary>
    /// <exception cref="ApiStatusException">There is none.</exception>
    public static Negotiated Negotiate(HttpRequest request, Offer offer, bool protobuf = true)
    {
        RequireServed(request, offer);
        return Choose(request, offer, protobuf) ?? throw NotAcceptable(Available);
    }

    /// <summary>The form of a watch, which YAML has none of.</summary>
    /// <exception cref="ApiStatusException">There is none.</exception>
    public static Negotiated RequireStream(Negotiated negotiated) =>
        negotiated.Format == Format.Yaml ? throw NotAcceptable(Streams) : negotiated;

    /// <summary>The form of a refusal; null when none is agreed on, which does not keep it from being sent.</summary>
    public static Negotiated? NegotiateRefusal(HttpRequest request) => Choose(request, Offer.Documents, protobuf: true);

    /// <summary>Refuses a request whose answer is text when the client asks for text: the server negotiates objects only.</summary>
    public static void RequireObjectType(HttpRequest request)
    {
        if (Choose(request, Offer.Documents, protobuf: true) is null)
        {
            throw NotAcceptable(Available);
        }
    }

    /// <summary>Whether people are to read the answer: they say so, or use a program that is known for it.</summary>
    private static bool IsPretty(HttpRequest request)
    {
        string asked = request.Query["pretty"].ToString();
        return asked.Length > 0
            ? QueryValues.IsTrue(asked)
            : Array.Exists(HumanAgents, agent => request.Headers.UserAgent.ToString().StartsWith(agent, StringComparison.Ordinal));
    }

    /// <summary>The check of the web server before the endpoint: types by name, and "*/*".</summary>
    private static void RequireServed(HttpRequest request, Offer offer)
    {
        string[] served = offer == Offer.Collections ? [.. Available, .. Streams] : Available;
        string[] accepted = [.. request.Headers.Accept
            .SelectMany(header => (header ?? "").Split(','))
            .Select(type => type.Split(';')[0].Trim())];
        if (accepted.Length > 0 && !Array.Exists(accepted, type => type is "" or "*/*" || served.Contains(type, StringComparer.Ordinal)))
        {
            throw new ApiStatusException(ApiStatus.Generic(
                406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {string.Join(", ", served)}"));
        }
    }

    private static Negotiated? Choose(HttpRequest request, Offer offer, bool protobuf)
    {
        bool pretty = IsPretty(request);
        if (Accepted(request) is not { Length: > 0 } accepted)
        {
            return new Negotiated(Format.Json, Representation.Object) { Pretty = pretty };
        }

        Format[] formats = protobuf ? [Format.Json, Format.Yaml, Format.Protobuf] : [Format.Json, Format.Yaml];
        return accepted
            .SelectMany(type => formats.Where(format => Names(type, format)).Select(format => Match(type, format, offer, pretty)))
            .FirstOrDefault(match => match is not null);
    }

    private static ApiStatusException NotAcceptable(string[] types) =>
        new(new ApiStatus(406, "NotAcceptable", $"only the following media types are accepted: {string.Join(", ", types)}"));

    /// <summary>What the client accepts: what it likes more first, what says less last.</summary>
    private static MediaTypeHeaderValue[] Accepted(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList([.. request.Headers.Accept.OfType<string>()], out IList<MediaTypeHeaderValue>? types)
            ? [.. types.OrderByDescending(type => type.Quality ?? 1).ThenBy(type => type.MatchesAllTypes).ThenBy(type => type.MatchesAllSubTypes)]
            : [];

    private static bool Names(MediaTypeHeaderValue type, Format format) => type.MediaType.Value is "*/*" or "application/*"
        || type.MediaType.Value == new Negotiated(format, Representation.Object).ContentType;

    private static Negotiated? Match(MediaTypeHeaderValue type, Format format, Offer offer, bool pretty)
    {
        string? Parameter(string name) => type.Parameters
            .FirstOrDefault(parameter => string.Equals(parameter.Name.Value, name, StringComparison.Ordinal))?.Value.Value;
        (string? target, string? group, string? version) = (Parameter("as"), Parameter("g"), Parameter("v"));
        Representation? representation = (target, group, version) switch
        {
            (null, null, null) => Representation.Object,
            ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2") when offer == Offer.Discovery => Representation.AggregatedDiscovery,
            (_, "meta.k8s.io", "v1" or "v1beta1") when offer is Offer.Objects or Offer.PlainObjects or Offer.Collections => Shown(target, format, offer),
            _ => null,
        };
        bool streams = Parameter("stream") is null or "" || (Parameter("stream") == Watch && format != Format.Yaml);
        return representation is null || !streams
            ? null
            : new Negotiated(format, representation.Value) { Pretty = pretty || Parameter("pretty") == "1", MetaVersion = version ?? "v1" };
    }

    private static Representation? Shown(string? target, Format format, Offer offer) => target switch
    {
        "Table" when format != Format.Protobuf && offer != Offer.PlainObjects => Representation.Table,
        "PartialObjectMetadata" => Representation.PartialMetadata,
        "PartialObjectMetadataList" => Representation.PartialMetadataList,
        _ => null,
    };
}
