using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Writing;

/// <summary>Turns what a client sends into an object, with the refusals and warnings for what does not fit.</summary>
internal static class ObjectDecoder
{
    private const string Scheme = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";

    /// <summary>What kind and version are read into, as Go prints the type.</summary>
    private const string TypeMeta =
        """struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }""";

    /// <summary>Kinds that the server knows and that a client may send by mistake.</summary>
    private static readonly HashSet<string> KnownKinds = new(StringComparer.Ordinal)
    {
        "Binding", "ConfigMap", "DeleteOptions", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume",
        "PersistentVolumeClaim", "Pod", "PodList", "PodTemplate", "ReplicationController", "ResourceQuota", "Secret", "Service",
        "ServiceAccount",
    };

    /// <summary>The object in the body of a create or an update.</summary>
    /// <exception cref="ApiStatusException">The body is no such object.</exception>
    public static JsonObject DecodeBody(ApiRequest request, byte[] body, StructType type, WriteOptions options, string apiVersion = "v1")
    {
        JsonNode? document;
        IReadOnlyList<string> duplicates;
        try
        {
            document = RequestBody.Parse(request.Http.Request, body, out duplicates);
        }
        catch (JsonSyntaxException exception)
        {
            throw Unrecognized(type, $"couldn't get version/kind; json parse error: {exception.Message}", body);
        }

        if ((document ?? new JsonObject()) is not JsonObject fields)
        {
            throw Unrecognized(type, $"couldn't get version/kind; json parse error: json: cannot unmarshal {TypedDecoder.JsonKind(document!)} into Go value of type {TypeMeta}", body);
        }

        (string kind, string version) = KindOf(fields, type, apiVersion);
        ApiStatusException CannotBeHandled(string reason) => new(ApiStatus.BadRequest(
            $"{kind} in version {GoFormat.Quote(version[(version.LastIndexOf('/') + 1)..])} cannot be handled as a {type.StructName}: {reason}"));
        if (CheckKind(kind, version, type, apiVersion) is { } problem)
        {
            throw CannotBeHandled(problem);
        }

        try
        {
            JsonObject decoded = TypedDecoder.Decode(type, fields, DecoderDialect.Json, out IReadOnlyList<string> unknown);
            Tell(request, duplicates, unknown, options, strict => CannotBeHandled(strict));
            return decoded;
        }
        catch (TypeMismatchException exception)
        {
            throw CannotBeHandled(request.Edition.Bodies.DescribeMismatch(type, body, exception.Message));
        }
    }

    /// <summary>The object that a patch has made; <paramref name="patch"/> is what a refusal shows.</summary>
    /// <exception cref="ApiStatusException">It is no such object.</exception>
    public static JsonObject DecodePatched(
        ApiRequest request, JsonObject patched, StructType type, WriteOptions options, DecoderDialect dialect, IReadOnlyList<string> duplicates, string patch, string apiVersion = "v1")
    {
        ApiStatusException InvalidPatch(string reason) => new(ApiStatus.Invalid("", "", [FieldError.Invalid("patch", patch, reason)]));
        (string kind, string version) = KindOf(patched, type, apiVersion);
        if (dialect == DecoderDialect.Json && CheckKind(kind, version, type, apiVersion) is { } problem)
        {
            throw InvalidPatch(problem);
        }

        try
        {
            JsonObject decoded = TypedDecoder.Decode(type, patched, dialect, out IReadOnlyList<string> unknown);
            Tell(request, duplicates, unknown, options, InvalidPatch);
            return decoded;
        }
        catch (TypeMismatchException exception)
        {
            throw InvalidPatch(exception.Message);
        }
    }

    private static (string Kind, string Version) KindOf(JsonObject document, StructType type, string apiVersion) => (
        document.Text("kind") is { Length: > 0 } kind ? kind : type.StructName,
        document.Text("apiVersion") is { Length: > 0 } version ? version : apiVersion);

    private static string? CheckKind(string kind, string version, StructType type, string apiVersion)
    {
        if (kind == type.StructName && version == apiVersion)
        {
            return null;
        }

        return version == "v1" && KnownKinds.Contains(kind)
            ? $"converting (v1.{kind}) to (core.{type.StructName}): unknown conversion"
            : $"no kind {GoFormat.Quote(kind)} is registered for version {GoFormat.Quote(version)} in scheme {GoFormat.Quote(Scheme)}";
    }

    private static void Tell(
        ApiRequest request,
        IReadOnlyList<string> duplicates,
        IReadOnlyList<string> unknown,
        WriteOptions options,
        Func<string, ApiStatusException> refuse)
    {
        string[] problems =
        [
            .. duplicates.Select(path => $"duplicate field {GoFormat.Quote(path)}"),
            .. unknown.Select(path => $"unknown field {GoFormat.Quote(path)}"),
        ];
        if (problems.Length == 0 || options.FieldValidation == FieldValidation.Ignore || !request.Edition.ValidatesFields)
        {
            return;
        }

        if (options.FieldValidation == FieldValidation.Strict)
        {
            throw refuse($"strict decoding error: {string.Join(", ", problems)}");
        }

        request.Warnings.AddRange(problems.Where(problem => !request.Warnings.Contains(problem, StringComparer.Ordinal)));
    }

    private static ApiStatusException Unrecognized(StructType type, string reason, byte[] body) => new(ApiStatus.BadRequest(
        $"the object provided is unrecognized (must be of type {type.StructName}): {reason} ({RequestBody.Summarize(body)})"));
}
