using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Api.Schema;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>
/// The OpenAPI description, version 3, of what can be written here: kubectl asks it whether the server checks fields,
/// how lists are merged, and what to explain.
/// </summary>
internal static class OpenApi
{
    private const string Prefix = "io.k8s.api.core.v1.";

    /// <summary>What can be written in a version of a group.</summary>
    private sealed record Part(string Group, string Root, params (string Path, string Kind)[] Written);

    private static readonly Part[] Parts =
    [
        new(
            "",
            "api/v1",
            ("namespaces/{namespace}/pods/{name}", "Pod"),
            ("namespaces/{namespace}/pods/{name}/ephemeralcontainers", "Pod"),
            ("namespaces/{namespace}/services/{name}", "Service"),
            ("namespaces/{name}", "Namespace")),
        new(
            "apps",
            "apis/apps/v1",
            ("namespaces/{namespace}/daemonsets/{name}", "DaemonSet"),
            ("namespaces/{namespace}/deployments/{name}", "Deployment"),
            ("namespaces/{namespace}/replicasets/{name}", "ReplicaSet"),
            ("namespaces/{namespace}/statefulsets/{name}", "StatefulSet")),
        new(
            "batch",
            "apis/batch/v1",
            ("namespaces/{namespace}/cronjobs/{name}", "CronJob"),
            ("namespaces/{namespace}/jobs/{name}", "Job")),
    ];

    private static readonly Dictionary<string, Lazy<JsonObject>> Documents =
        Parts.ToDictionary(part => part.Root, part => new Lazy<JsonObject>(() => Build(part)), StringComparer.Ordinal);

    /// <summary>Answers a path of the description; false when it is none.</summary>
    public static async Task<bool> TryHandleAsync(HttpContext context, string[] parts)
    {
        JsonObject? document = parts switch
        {
            ["openapi", "v3"] => new JsonObject
            {
                ["paths"] = new JsonObject(Parts.Select(part => KeyValuePair.Create<string, JsonNode?>(
                    part.Root, new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{part.Root}?hash={ServerVersion.GitVersion}" }))),
            },
            ["openapi", "v3", .. string[] root] => Documents.GetValueOrDefault(string.Join('/', root))?.Value,
            _ => null,
        };
        if (document is null)
        {
            return false;
        }

        await ResponseWriter.WriteAsync(context, 200, default, document);
        return true;
    }

    private static JsonObject Build(Part part) => new()
    {
        ["openapi"] = "3.0.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.GitVersion },
        ["paths"] = new JsonObject(part.Written.Select(entry => KeyValuePair.Create<string, JsonNode?>($"/{part.Root}/{entry.Path}", Operations(part.Group, entry.Kind)))),
        ["components"] = new JsonObject
        {
            ["schemas"] = new JsonObject(SchemaCatalog.All.Select(type => KeyValuePair.Create<string, JsonNode?>(Prefix + type.StructName, Describe(part, type)))),
        },
    };

    private static JsonObject Operations(string group, string kind)
    {
        JsonObject Operation(string action) => new()
        {
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Kind(group, kind),
            ["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        };
        return new JsonObject { ["patch"] = Operation("patch"), ["put"] = Operation("put") };
    }

    private static JsonObject Parameter(string name) =>
        new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject Kind(string group, string kind) => new() { ["group"] = group, ["kind"] = kind, ["version"] = "v1" };

    private static JsonObject Describe(Part part, StructType type)
    {
        var description = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(type.Fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Name, Describe(field)))),
        };
        if (Array.Exists(part.Written, entry => entry.Kind == type.StructName))
        {
            description["x-kubernetes-group-version-kind"] = new JsonArray(Kind(part.Group, type.StructName));
        }

        return description;
    }

    private static JsonObject Describe(SchemaField field)
    {
        JsonObject description = Describe(field.Type);
        if (field.MergeKey is { } mergeKey)
        {
            description["x-kubernetes-patch-strategy"] = "merge";
            if (mergeKey != "*")
            {
                description["x-kubernetes-patch-merge-key"] = mergeKey;
            }
        }

        if (field.ListKeys.Count > 0)
        {
            description["x-kubernetes-list-type"] = "map";
            description["x-kubernetes-list-map-keys"] = new JsonArray([.. field.ListKeys.Select(key => JsonValue.Create(key))]);
        }

        return description;
    }

    private static JsonObject Describe(SchemaType type) => type switch
    {
        StructType structure => new JsonObject { ["$ref"] = $"#/components/schemas/{Prefix}{structure.StructName}" },
        ListType list => new JsonObject { ["type"] = "array", ["items"] = Describe(list.Element) },
        MapType map => new JsonObject { ["type"] = "object", ["additionalProperties"] = Describe(map.Value) },
        ScalarType { Kind: ScalarKind.Bool } => new JsonObject { ["type"] = "boolean" },
        ScalarType { Kind: ScalarKind.Int32 or ScalarKind.Int64 } scalar => new JsonObject { ["type"] = "integer", ["format"] = scalar.KindName },
        OpaqueType { Name: "v1.Time" or "v1.MicroTime" } => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        OpaqueType { Name: "intstr.IntOrString" } => new JsonObject { ["x-kubernetes-int-or-string"] = true },
        OpaqueType { Name: "v1.TextList" } => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        OpaqueType { Name: "v1.FieldsV1" or "v1.RawExtension" } => new JsonObject { ["type"] = "object" },
        _ => new JsonObject { ["type"] = "string" },
    };
}
