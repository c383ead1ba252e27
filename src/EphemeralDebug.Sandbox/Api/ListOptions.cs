using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Resources;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>The options of a list or a watch, from the query.</summary>
internal sealed record ListOptions
{
    private const string Kind = "ListOptions";

    public required LabelSelector Labels { get; init; }

    public required FieldSelector Fields { get; init; }

    public string ResourceVersion { get; init; } = "";

    public string ResourceVersionMatch { get; init; } = "";

    public string Continue { get; init; } = "";

    /// <summary>The most items that an answer may have; 0 for no limit.</summary>
    public long Limit { get; init; }

    public TimeSpan? Timeout { get; init; }

    public bool AllowBookmarks { get; init; }

    public bool SendInitialEvents { get; init; }

    /// <summary>Reads the options; names in the path count as conditions.</summary>
    /// <exception cref="ApiStatusException">An option has a value that it cannot have.</exception>
    public static ListOptions Read(ApiRequest request)
    {
        IQueryCollection query = request.Query;
        var options = new ListOptions
        {
            Labels = LabelSelector.Parse(query["labelSelector"].ToString()),
            Fields = FieldSelector.Parse(FieldTerms(request), request.Resource.SelectableFields),
            ResourceVersion = query["resourceVersion"].ToString(),
            ResourceVersionMatch = query["resourceVersionMatch"].ToString(),
            Continue = query["continue"].ToString(),
            Limit = Math.Max(0, QueryValues.Integer(query["limit"]) ?? 0),
            Timeout = QueryValues.Integer(query["timeoutSeconds"]) is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)) : null,
            AllowBookmarks = QueryValues.IsSet(query["allowWatchBookmarks"]),
            SendInitialEvents = QueryValues.IsSet(query["sendInitialEvents"]),
        };
        WriteOptions.Refuse(Kind, [.. options.Check(request.Info.Verb == "watch", query.ContainsKey("sendInitialEvents"))]);
        return options;
    }

    public bool Selects(StoredObject stored) => (Labels.IsEmpty || Labels.Matches(stored.Labels)) && Fields.Matches(stored);

    /// <summary>The version that is asked for; null when any will do.</summary>
    /// <exception cref="ApiStatusException">It is no version.</exception>
    public long? ParseResourceVersion()
    {
        if (ResourceVersion.Length == 0)
        {
            return null;
        }

        return long.TryParse(ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? version
            : throw new ApiStatusException(new ApiStatus(
                500, null, $"resourceVersion: Invalid value: {GoFormat.Quote(ResourceVersion)}: strconv.ParseUint: parsing {GoFormat.Quote(ResourceVersion)}: invalid syntax"));
    }

    private IEnumerable<FieldError> Check(bool watch, bool initialEventsGiven)
    {
        if (watch)
        {
            if (initialEventsGiven && ResourceVersionMatch != "NotOlderThan")
            {
                yield return FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            }

            if (ResourceVersionMatch.Length > 0)
            {
                if (!initialEventsGiven)
                {
                    yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
                }

                if (ResourceVersionMatch != "NotOlderThan")
                {
                    yield return FieldError.NotSupported("resourceVersionMatch", ResourceVersionMatch, ["NotOlderThan"]);
                }

                if (Continue.Length > 0)
                {
                    yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
                }
            }

            yield break;
        }

        if (ResourceVersionMatch.Length > 0)
        {
            if (ResourceVersion.Length == 0)
            {
                yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
            }

            if (Continue.Length > 0)
            {
                yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
            }

            if (ResourceVersionMatch is not ("Exact" or "NotOlderThan"))
            {
                yield return FieldError.NotSupported("resourceVersionMatch", ResourceVersionMatch, ["Exact", "NotOlderThan", ""]);
            }

            if (ResourceVersionMatch == "Exact" && ResourceVersion == "0")
            {
                yield return FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
            }
        }

        if (initialEventsGiven)
        {
            yield return FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }
    }

    private static string FieldTerms(ApiRequest request)
    {
        string given = request.Query["fieldSelector"].ToString();
        bool named = request.Info.Verb == "watch" && request.Info.Name.Length > 0 && given.Length == 0;
        return named ? $"metadata.name={request.Info.Name}" : given;
    }
}

/// <summary>Where a list that was cut goes on: after a key, at a version.</summary>
internal sealed record ContinueToken(long ResourceVersion, string After)
{
    /// <summary>A version of -1 goes on with what there is now.</summary>
    public const long Latest = -1;

    public string Encode()
    {
        var json = new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = ResourceVersion, ["start"] = $"{After}\0" };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(ApiJson.ToText(json))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>Reads a token.</summary>
    /// <exception cref="ApiStatusException">It is none that this server gave.</exception>
    public static ContinueToken Decode(string token)
    {
        try
        {
            string base64 = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
            JsonNode? json = JsonReader.Read(Convert.FromBase64String(base64), out _);
            if (json.Integer("rv") is { } version && json.Text("start") is { } start)
            {
                return new ContinueToken(version, start.TrimEnd('\0'));
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonSyntaxException)
        {
            // Falls through to the refusal below: why a token cannot be read is nobody's business.
        }

        throw new ApiStatusException(ApiStatus.BadRequest("continue key is not valid: illegal base64 data or format"));
    }
}
