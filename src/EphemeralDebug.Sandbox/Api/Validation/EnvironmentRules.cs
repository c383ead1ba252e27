using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>A container's environment: variables and the maps they may come from.</summary>
internal static class EnvironmentRules
{
    private static readonly string[] FieldPaths =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    /// <summary>Paths that are field labels of a pod but not values a container can be given.</summary>
    private static readonly string[] OtherFieldLabels = ["metadata.annotations", "metadata.labels", "status.phase"];

    private static readonly string[] Resources =
    [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory",
    ];

    public static IEnumerable<FieldError> Variables(JsonObject container, string path, Func<string, IEnumerable<string>> nameRule)
    {
        foreach ((int index, JsonObject variable) in container.Items("env").Index())
        {
            string at = $"{path}[{index}]";
            string name = variable.Text("name") ?? "";
            if (name.Length == 0)
            {
                yield return FieldError.Required($"{at}.name");
            }

            foreach (string problem in name.Length == 0 ? [] : nameRule(name))
            {
                yield return FieldError.Invalid($"{at}.name", name, problem);
            }

            foreach (FieldError error in variable.Object("valueFrom") is { } source ? Source(variable, source, $"{at}.valueFrom") : [])
            {
                yield return error;
            }
        }
    }

    public static IEnumerable<FieldError> Sources(JsonObject container, string path)
    {
        foreach ((int index, JsonObject source) in container.Items("envFrom").Index())
        {
            string at = $"{path}[{index}]";
            if (source.Text("prefix") is { Length: > 0 } prefix)
            {
                foreach (string problem in NameRules.EnvironmentVariable(prefix))
                {
                    yield return FieldError.Invalid($"{at}.prefix", prefix, problem);
                }
            }

            int sources = 0;
            foreach (string kind in (string[])["configMapRef", "secretRef"])
            {
                if (source.Object(kind) is { } reference)
                {
                    sources++;
                    foreach (FieldError error in ReferenceName(reference, $"{at}.{kind}"))
                    {
                        yield return error;
                    }
                }
            }

            if (sources == 0)
            {
                yield return FieldError.Invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
            }
            else if (sources > 1)
            {
                yield return FieldError.Invalid(path, "", "may not have more than one field specified at a time");
            }
        }
    }

    private static IEnumerable<FieldError> Source(JsonObject variable, JsonObject source, string path)
    {
        var errors = new List<FieldError>();
        int sources = 0;
        void Add(string kind, Func<JsonObject, string, IEnumerable<FieldError>> rule)
        {
            if (source.Object(kind) is { } given)
            {
                sources++;
                errors.AddRange(rule(given, $"{path}.{kind}"));
            }
        }

        Add("fieldRef", FieldReference);
        Add("resourceFieldRef", ResourceReference);
        Add("configMapKeyRef", KeyReference);
        Add("secretKeyRef", KeyReference);
        if (sources == 0)
        {
            errors.Add(FieldError.Invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"));
        }
        else if (!string.IsNullOrEmpty(variable.Text("value")))
        {
            errors.Add(FieldError.Invalid(path, "", "may not be specified when `value` is not empty"));
        }
        else if (sources > 1)
        {
            errors.Add(FieldError.Invalid(path, "", "may not have more than one field specified at a time"));
        }

        return errors;
    }

    private static IEnumerable<FieldError> FieldReference(JsonObject reference, string path)
    {
        string fieldPath = reference.Text("fieldPath") ?? "";
        if (string.IsNullOrEmpty(reference.Text("apiVersion")))
        {
            return [FieldError.Required($"{path}.apiVersion")];
        }

        if (fieldPath.Length == 0)
        {
            return [FieldError.Required($"{path}.fieldPath")];
        }

        int bracket = fieldPath.IndexOf("['", StringComparison.Ordinal);
        if (bracket > 0 && fieldPath.EndsWith("']", StringComparison.Ordinal))
        {
            return Subscript(fieldPath[..bracket], fieldPath[(bracket + 2)..^2], fieldPath, path);
        }

        if (FieldPaths.Contains(fieldPath, StringComparer.Ordinal))
        {
            return [];
        }

        return OtherFieldLabels.Contains(fieldPath, StringComparer.Ordinal)
            ? [FieldError.NotSupported($"{path}.fieldPath", fieldPath, FieldPaths)]
            : [UnknownFieldLabel(fieldPath, fieldPath, path)];
    }

    private static IEnumerable<FieldError> Subscript(string map, string key, string fieldPath, string path) => map switch
    {
        "metadata.annotations" => KeyProblems(key.ToLowerInvariant(), path),
        "metadata.labels" => KeyProblems(key, path),
        _ => [UnknownFieldLabel(fieldPath, map, path)],
    };

    private static IEnumerable<FieldError> KeyProblems(string key, string path) =>
        NameRules.QualifiedName(key).Select(problem => FieldError.Invalid(path, key, problem));

    private static FieldError UnknownFieldLabel(string fieldPath, string label, string path) =>
        FieldError.Invalid($"{path}.fieldPath", fieldPath, $"error converting fieldPath: field label not supported: {label}");

    private static IEnumerable<FieldError> ResourceReference(JsonObject reference, string path)
    {
        string resource = reference.Text("resource") ?? "";
        if (resource.Length == 0)
        {
            yield return FieldError.Required($"{path}.resource");
        }
        else if (!Resources.Contains(resource, StringComparer.Ordinal)
            && !resource.StartsWith("limits.hugepages-", StringComparison.Ordinal)
            && !resource.StartsWith("requests.hugepages-", StringComparison.Ordinal))
        {
            yield return FieldError.NotSupported($"{path}.resource", resource, Resources);
        }
    }

    private static IEnumerable<FieldError> KeyReference(JsonObject reference, string path)
    {
        string name = reference.Text("name") ?? "";
        string key = reference.Text("key") ?? "";
        IEnumerable<FieldError> keyProblems = key.Length == 0
            ? [FieldError.Required($"{path}.key")]
            : NameRules.DataKey(key).Select(problem => FieldError.Invalid($"{path}.key", key, problem));
        return NameRules.DnsSubdomain(name).Select(problem => FieldError.Invalid($"{path}.name", name, problem)).Concat(keyProblems);
    }

    private static IEnumerable<FieldError> ReferenceName(JsonObject reference, string path)
    {
        string name = reference.Text("name") ?? "";
        return name.Length == 0
            ? [FieldError.Required($"{path}.name")]
            : NameRules.DnsSubdomain(name).Select(problem => FieldError.Invalid($"{path}.name", name, problem));
    }
}
