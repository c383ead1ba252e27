using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>An answer of kind Status: why a request was refused.</summary>
internal sealed record ApiStatus(int Code, string? Reason, string Message)
{
    /// <summary>What the refusal is about; an empty object where the server sends one.</summary>
    public JsonObject? Details { get; init; }

    /// <summary>When to try again; null when that is not said.</summary>
    public int? RetryAfterSeconds => (int?)Details.Integer("retryAfterSeconds");

    /// <summary>A token to go on with a list whose version is gone.</summary>
    public string? Continue { get; init; }

    public static ApiStatus BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiStatus Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiStatus NotFound(ResourceKind resource, string name) =>
        new(404, "NotFound", $"{resource.Qualified} {Quote(name)} not found") { Details = resource.Details(name) };

    public static ApiStatus Forbidden(ResourceKind resource, string? name, string reason) =>
        new(403, "Forbidden", string.IsNullOrEmpty(name)
            ? $"{resource.Qualified} is forbidden: {reason}"
            : $"{resource.Qualified} {Quote(name)} is forbidden: {reason}")
        {
            Details = resource.Details(name),
        };

    public static ApiStatus AlreadyExists(ResourceKind resource, string name) =>
        new(409, "AlreadyExists", $"{resource.Qualified} {Quote(name)} already exists") { Details = resource.Details(name) };

    public static ApiStatus Conflict(ResourceKind resource, string name, string reason) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource.Qualified} {Quote(name)}: {reason}") { Details = resource.Details(name) };

    /// <summary>All mistakes in an object, each as a cause.</summary>
    public static ApiStatus Invalid(string kind, string name, IReadOnlyList<FieldError> errors, string group = "")
    {
        var details = new JsonObject();
        AddText(details, "name", name);
        AddText(details, "group", group);
        AddText(details, "kind", kind);
        details["causes"] = new JsonArray([.. errors.Select(error => error.ToCause())]);
        string[] messages = [.. errors.Select(error => error.ToString()).Distinct(StringComparer.Ordinal)];
        string qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        string list = messages.Length == 1 ? messages[0] : $"[{string.Join(", ", messages)}]";
        return new ApiStatus(422, "Invalid", $"{qualified} {Quote(name)} is invalid: {list}") { Details = details };
    }

    /// <summary>The version that a list or a watch asks for is no longer there.</summary>
    public static ApiStatus Expired(string message) => new(410, "Expired", message);

    /// <summary>What the server's HTTP layer says before any resource is involved.</summary>
    public static ApiStatus Generic(int code, string reason, string message) => new(code, reason, message) { Details = [] };

    public static ApiStatus UnknownPath() =>
        Generic(404, "NotFound", "the server could not find the requested resource");

    public static ApiStatus MethodNotAllowed() =>
        Generic(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    /// <summary>A patch that cannot be applied at all.</summary>
    public static ApiStatus UnprocessablePatch() =>
        Generic(422, "Invalid", "the server rejected our request due to an error in our request");

    /// <summary>Something a real cluster does and this simulation does not.</summary>
    public static ApiStatus NotSimulated(string what) =>
        new(501, "NotImplemented", $"the sandbox does not simulate {what}");

    public JsonObject ToJson()
    {
        var metadata = new JsonObject();
        AddText(metadata, "continue", Continue);
        var json = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = metadata,
            ["status"] = "Failure",
            ["message"] = Message,
        };
        AddText(json, "reason", Reason);
        if (Details is not null)
        {
            json["details"] = Details.DeepClone();
        }

        json["code"] = Code;
        return json;
    }

    private static string Quote(string text) => string.Create(CultureInfo.InvariantCulture, $"\"{text}\"");

    private static void AddText(JsonObject json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json[name] = text;
        }
    }
}

/// <summary>Ends a request with a Status.</summary>
internal sealed class ApiStatusException(ApiStatus status) : Exception(status.Message)
{
    public ApiStatus Status { get; } = status;
}

/// <summary>A resource as messages name it: "pods", "deployments.apps".</summary>
internal readonly record struct ResourceKind(string Resource, string Group)
{
    public string Qualified => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    public JsonObject Details(string? name)
    {
        var details = new JsonObject();
        if (!string.IsNullOrEmpty(name))
        {
            details["name"] = name;
        }

        if (Group.Length > 0)
        {
            details["group"] = Group;
        }

        details["kind"] = Resource;
        return details;
    }
}
