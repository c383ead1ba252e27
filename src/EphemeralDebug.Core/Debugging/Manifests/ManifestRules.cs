using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Manifests;

/// <summary>
/// What an API server refuses of one ephemeral container, in its words (tests/Conformance: invalid/…, validation/…).
/// What only the server can know, such as volumes and admission, is left to it.
/// </summary>
/// <param name="form">The server's form. The legacy one allows no security context, but subPath and other ephemeral targets.</param>
internal sealed class ManifestRules(EphemeralContainersForm form)
{
    private const string NotAllowed = "Forbidden: cannot be set for an Ephemeral Container";

    private const string NotALabel =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";

    private bool IsLegacy => form is EphemeralContainersForm.Legacy;

    /// <summary>Everything that is wrong with a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="path">Its path, such as <c>spec.ephemeralContainers[0]</c>.</param>
    /// <param name="pod">The pod's containers.</param>
    /// <param name="earlier">The names of the ephemeral containers before this one.</param>
    public IEnumerable<KubernetesStatusCause> Find(
        JsonObject container, string path, PodContainers pod, IReadOnlyCollection<string> earlier)
    {
        foreach ((string field, JsonNode? value) in container)
        {
            if (value is not null && ContainerFields.FindWrongKind(field, value) is { } expected)
            {
                yield return new($"{path}.{field}", "FieldValueTypeInvalid", $"Invalid value: must be {expected}");
            }
            else if (IsSet(field, value) && !IsAllowed(field))
            {
                yield return new($"{path}.{field}", "FieldValueForbidden", NotAllowed);
            }
        }

        foreach (KubernetesStatusCause cause in FindInNames(container, path, pod, earlier).Concat(FindInMounts(container, path)))
        {
            yield return cause;
        }
    }

    /// <summary>The fields that this code has never heard of: a server drops those that it does not know either.</summary>
    public static IEnumerable<string> FindUnknown(JsonObject container) =>
        container.Where(static f => f.Value is not null && !ContainerFields.IsKnown(f.Key)).Select(static f => f.Key);

    private static IEnumerable<KubernetesStatusCause> FindInImage(JsonObject container, string path)
    {
        string image = Text(container, "image");
        if (image.Length == 0)
        {
            yield return new($"{path}.image", "FieldValueRequired", "Required value");
        }
        else if (image.Trim().Length != image.Length)
        {
            yield return new($"{path}.image", "FieldValueInvalid", $"Invalid value: \"{image}\": must not have leading or trailing whitespace");
        }
    }

    private IEnumerable<KubernetesStatusCause> FindInNames(
        JsonObject container, string path, PodContainers pod, IReadOnlyCollection<string> earlier)
    {
        string name = Text(container, "name");
        if (name.Length == 0)
        {
            yield return new($"{path}.name", "FieldValueRequired", "Required value");
        }
        else if (!ContainerName.IsLabel(name))
        {
            yield return new($"{path}.name", "FieldValueInvalid", $"Invalid value: \"{name}\": {NotALabel}");
        }
        else if (pod.IsTarget(name) || earlier.Contains(name))
        {
            yield return new($"{path}.name", "FieldValueDuplicate", $"Duplicate value: \"{name}\"");
        }

        foreach (KubernetesStatusCause cause in FindInImage(container, path))
        {
            yield return cause;
        }

        string target = Text(container, "targetContainerName");
        if (target.Length > 0 && !pod.IsTarget(target) && !(IsLegacy && (earlier.Contains(target) || pod.EphemeralContainers.Contains(target))))
        {
            yield return new($"{path}.targetContainerName", "FieldValueNotFound", $"Not found: \"{target}\"");
        }
    }

    private IEnumerable<KubernetesStatusCause> FindInMounts(JsonObject container, string path)
    {
        JsonArray mounts = IsLegacy ? [] : container["volumeMounts"] as JsonArray ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            foreach (string field in (string[])["subPath", "subPathExpr"])
            {
                if (mounts[i] is JsonObject mount && !ContainerJson.IsEmpty(mount[field]))
                {
                    yield return new($"{path}.volumeMounts[{i}].{field}", "FieldValueForbidden", NotAllowed);
                }
            }
        }
    }

    private bool IsAllowed(string field) =>
        !ContainerFields.IsKnown(field)
        || (ContainerFields.IsAllowedInEphemeralContainer(field) && !(IsLegacy && field is "securityContext"));

    // An empty object counts as set, but for resources; an empty list or text is not sent on.
    private static bool IsSet(string field, JsonNode? value) =>
        value is JsonObject fields ? field is not "resources" || fields.Count > 0 : !ContainerJson.IsEmpty(value);

    private static string Text(JsonObject container, string field) =>
        container[field] is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : "";
}
