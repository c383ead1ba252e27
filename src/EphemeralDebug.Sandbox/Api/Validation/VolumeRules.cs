using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>A pod's volumes: names, and exactly one source each.</summary>
internal static class VolumeRules
{
    public static IEnumerable<FieldError> Check(JsonObject spec, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int index, JsonObject volume) in spec.Items("volumes").Index())
        {
            string at = $"{path}[{index}]";
            string name = volume.Text("name") ?? "";
            string[] sources = [.. volume.Select(field => field.Key).Where(field => field != "name")];
            string[] problems = name.Length == 0 ? [] : [.. NameRules.DnsLabel(name)];
            IEnumerable<FieldError> errors =
            [
                .. sources.Length == 0 ? [FieldError.Required(at, "must specify a volume type")] : Array.Empty<FieldError>(),
                .. sources.Skip(1).Select(source => FieldError.Forbidden($"{at}.{source}", "may not specify more than 1 volume type")),
                .. Source(volume, at),
                .. name.Length == 0 ? [FieldError.Required($"{at}.name")] : Array.Empty<FieldError>(),
                .. problems.Select(problem => FieldError.Invalid($"{at}.name", name, problem)),
                .. name.Length > 0 && problems.Length == 0 && !names.Add(name) ? [FieldError.Duplicate($"{at}.name", name)] : Array.Empty<FieldError>(),
            ];
            foreach (FieldError error in errors)
            {
                yield return error;
            }
        }
    }

    /// <summary>The volumes that containers may mount, by name.</summary>
    public static IReadOnlyDictionary<string, JsonObject> ByName(JsonObject spec)
    {
        var volumes = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (JsonObject volume in spec.Items("volumes"))
        {
            volumes.TryAdd(volume.Text("name") ?? "", volume);
        }

        return volumes;
    }

    private static IEnumerable<FieldError> Source(JsonObject volume, string path)
    {
        (string Source, string Field)[] required =
        [
            ("hostPath", "path"), ("secret", "secretName"), ("configMap", "name"), ("persistentVolumeClaim", "claimName"),
            ("nfs", "server"), ("nfs", "path"),
        ];
        return required
            .Where(rule => volume.Object(rule.Source) is { } source && string.IsNullOrEmpty(source.Text(rule.Field)))
            .Select(rule => FieldError.Required($"{path}.{rule.Source}.{rule.Field}"));
    }
}
