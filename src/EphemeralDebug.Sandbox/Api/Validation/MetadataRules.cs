using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>An object's metadata, when it is made and when it is changed.</summary>
internal static class MetadataRules
{
    private static readonly string[] Immutable = ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    public static IEnumerable<FieldError> Check(JsonObject metadata, Func<string, IEnumerable<string>> nameRule)
    {
        string name = metadata.Text("name") ?? "";
        IEnumerable<FieldError> nameErrors = name.Length == 0
            ? [FieldError.Required("metadata.name", "name or generateName is required")]
            : nameRule(name).Select(problem => FieldError.Invalid("metadata.name", name, problem));
        return
        [
            .. nameErrors,
            .. Keys(metadata.Object("annotations"), "metadata.annotations", lowerCase: true),
            .. Labels(metadata.Object("labels"), "metadata.labels"),
            .. metadata.Texts("finalizers").SelectMany(finalizer => NameRules.QualifiedName(finalizer)
                .Select(problem => FieldError.Invalid("metadata.finalizers", finalizer, problem))),
        ];
    }

    /// <summary>What may not be changed in metadata, compared with what is stored.</summary>
    public static IEnumerable<FieldError> CheckUpdate(JsonObject metadata, JsonObject stored) => Immutable
        .Where(field => !JsonNode.DeepEquals(metadata[field], stored[field]))
        .Select(field => FieldError.InvalidValue($"metadata.{field}", ApiJson.ToText(metadata[field]), "field is immutable"));

    public static IEnumerable<FieldError> Labels(JsonObject? labels, string path) =>
    [
        .. Keys(labels, path, lowerCase: false),
        .. (labels ?? []).SelectMany(label => NameRules.LabelValue(label.Value.AsText() ?? "")
            .Select(problem => FieldError.Invalid(path, label.Value.AsText() ?? "", problem))),
    ];

    private static IEnumerable<FieldError> Keys(JsonObject? map, string path, bool lowerCase) => (map ?? [])
        .SelectMany(entry => NameRules.QualifiedName(lowerCase ? entry.Key.ToLowerInvariant() : entry.Key)
            .Select(problem => FieldError.Invalid(path, entry.Key, problem)));
}
