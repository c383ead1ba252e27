using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Security;
using EphemeralDebug.Sandbox.Serialization;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>What a user may ask about rights: own ones, and those of others.</summary>
internal sealed class AccessReviews(Authorizer authorizer, ApiEdition edition, TimeProvider time)
{
    private const string AuthorizationGroup = "authorization.k8s.io";

    private static readonly string[] ResourceAttributes = ["namespace", "verb", "group", "version", "resource", "subresource", "name"];

    public static bool IsReview(RequestInfo info) => (info.Group, info.Version, info.Resource) is
        ("authentication.k8s.io", "v1", "selfsubjectreviews")
        or (AuthorizationGroup, "v1", "selfsubjectaccessreviews" or "subjectaccessreviews" or "localsubjectaccessreviews" or "selfsubjectrulesreviews");

    public async Task HandleAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            throw new ApiStatusException(ApiStatus.MethodNotAllowed());
        }

        JsonObject review = await ReadAsync(context.Request);
        JsonObject answer = info.Resource switch
        {
            "selfsubjectreviews" => ReviewSelf(user),
            "selfsubjectrulesreviews" => ReviewRules(review, user),
            "selfsubjectaccessreviews" => ReviewAccess(review, "SelfSubjectAccessReview", user),
            "subjectaccessreviews" => ReviewAccess(review, "SubjectAccessReview", SubjectOf(review)),
            _ => ReviewAccess(review, "LocalSubjectAccessReview", SubjectOf(review)),
        };
        await ResponseWriter.WriteDocumentAsync(context, 201, answer);
    }

    private static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        byte[] body = await RequestBody.ReadAsync(request);
        try
        {
            if (RequestBody.Parse(request, body, out _) is JsonObject review)
            {
                return review;
            }
        }
        catch (JsonSyntaxException exception)
        {
            throw Unrecognized(exception.Message, body);
        }

        throw Unrecognized("the document is no object", body);
    }

    private static ApiStatusException Unrecognized(string reason, byte[] body) => new(ApiStatus.BadRequest(
        $"the object provided is unrecognized: couldn't get version/kind; json parse error: {reason} ({RequestBody.Summarize(body)})"));

    private JsonObject ReviewSelf(UserInfo user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
        {
            info["uid"] = user.Uid;
        }

        info["groups"] = Texts(user.Groups);
        if (user.Extra.Count > 0)
        {
            info["extra"] = new JsonObject(user.Extra.Select(extra => KeyValuePair.Create<string, JsonNode?>(extra.Key, Texts(extra.Value))));
        }

        return Document(
            "SelfSubjectReview",
            "authentication.k8s.io/v1",
            new JsonObject { ["creationTimestamp"] = ApiJson.Time(time.GetUtcNow()) },
            ("status", new JsonObject { ["userInfo"] = info }));
    }

    private JsonObject ReviewAccess(JsonObject review, string kind, UserInfo subject)
    {
        JsonObject? spec = review.Object("spec");
        JsonObject? resource = spec.Object("resourceAttributes");
        JsonObject? path = spec.Object("nonResourceAttributes");
        if ((resource is null) == (path is null))
        {
            string shown = resource is null ? "null" : ApiJson.ToText(resource);
            FieldError error = FieldError.InvalidValue(
                "spec.resourceAttributes", shown, "exactly one of nonResourceAttributes or resourceAttributes must be specified");
            throw new ApiStatusException(ApiStatus.Invalid("", "", [error], AuthorizationGroup));
        }

        AccessRequest access = resource is null
            ? new AccessRequest(path.Text("verb") ?? "") { Path = path.Text("path") ?? "" }
            : new AccessRequest(resource.Text("verb") ?? "")
            {
                Group = resource.Text("group") ?? "",
                Resource = resource.Text("resource") ?? "",
                Subresource = resource.Text("subresource") ?? "",
                Name = resource.Text("name") ?? "",
                Namespace = resource.Text("namespace") ?? "",
            };
        Decision decision = authorizer.Authorize(subject, access);
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0)
        {
            status["reason"] = decision.Reason;
        }

        return Document(kind, $"{AuthorizationGroup}/v1", edition.ReviewMetadata(), ("spec", WithoutEmpty(spec!)), ("status", status));
    }

    private JsonObject ReviewRules(JsonObject review, UserInfo user)
    {
        if (review.Object("spec").Text("namespace") is not { Length: > 0 } reviewNamespace)
        {
            throw new ApiStatusException(ApiStatus.BadRequest("no namespace on request"));
        }

        PolicyRule[] rules = [.. authorizer.RulesOf(user, reviewNamespace)];
        var status = new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(rule => rule.Resources.Count > 0).Select(ResourceRule)]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(rule => rule.NonResourceUrls.Count > 0).Select(rule => new JsonObject
            {
                ["verbs"] = Texts(rule.Verbs),
                ["nonResourceURLs"] = Texts(rule.NonResourceUrls),
            })]),
            ["incomplete"] = false,
        };
        return Document("SelfSubjectRulesReview", $"{AuthorizationGroup}/v1", edition.ReviewMetadata(), ("spec", []), ("status", status));
    }

    private static JsonObject ResourceRule(PolicyRule rule)
    {
        var json = new JsonObject { ["verbs"] = Texts(rule.Verbs), ["apiGroups"] = Texts(rule.ApiGroups), ["resources"] = Texts(rule.Resources) };
        if (rule.ResourceNames.Count > 0)
        {
            json["resourceNames"] = Texts(rule.ResourceNames);
        }

        return json;
    }

    private static UserInfo SubjectOf(JsonObject review) =>
        new(review.Object("spec").Text("user") ?? "", review.Object("spec").Text("uid") ?? "", [.. review.Object("spec").Texts("groups")]);

    private static JsonObject WithoutEmpty(JsonObject spec)
    {
        JsonObject copy = spec.Copy();
        if (copy.Object("resourceAttributes") is { } attributes)
        {
            foreach (string name in ResourceAttributes.Where(name => attributes.Text(name) is ""))
            {
                attributes.Remove(name);
            }
        }

        return copy;
    }

    private static JsonObject Document(string kind, string apiVersion, JsonObject metadata, params (string Name, JsonObject Value)[] parts)
    {
        var document = new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion, ["metadata"] = metadata };
        foreach ((string name, JsonObject value) in parts)
        {
            document[name] = value;
        }

        return document;
    }

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
