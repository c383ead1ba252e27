using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>What ephemeral containers have to fulfil, and that those a pod has can only become more.</summary>
internal static class EphemeralContainerRules
{
    /// <summary>What is said of a field that an ephemeral container may not have.</summary>
    public const string NotAllowed = "cannot be set for an Ephemeral Container";

    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>Fields of a container that an ephemeral one may set; every other is refused, also those still to come.</summary>
    private static readonly HashSet<string> AllowedFields = new(StringComparer.Ordinal)
    {
        "name", "image", "command", "args", "workingDir", "envFrom", "env", "volumeMounts", "volumeDevices",
        "terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy", "securityContext", "stdin", "stdinOnce", "tty",
        "targetContainerName",
    };

    public static IEnumerable<FieldError> Check(JsonObject spec, ContainerRules rules)
    {
        HashSet<string> others = ((string[])["containers", "initContainers"])
            .SelectMany(list => spec.Items(list))
            .Select(container => container.Text("name") ?? "")
            .ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(others, StringComparer.Ordinal);
        foreach ((string path, JsonObject container) in PodRules.Containers(spec, PodSpecs.EphemeralContainers))
        {
            string name = container.Text("name") ?? "";
            string target = container.Text("targetContainerName") ?? "";
            IEnumerable<FieldError> errors =
            [
                .. rules.Check(container, path),
                .. ContainerRules.ImageOfPod(container, path),
                .. names.Add(name) ? [] : new[] { FieldError.Duplicate($"{path}.name", name) },
                .. target.Length == 0 || others.Contains(target) ? [] : new[] { FieldError.NotFound($"{path}.targetContainerName", target) },
                .. ForbiddenFields(container, path),
                .. SubPaths(container, path),
            ];
            foreach (FieldError error in errors)
            {
                yield return error;
            }
        }
    }

    /// <summary>All mistakes of a change of a pod's ephemeral containers.</summary>
    public static IReadOnlyList<FieldError> CheckUpdate(JsonObject pod, JsonObject stored)
    {
        List<FieldError> errors =
        [
            .. MetadataRules.CheckUpdate(pod.Object("metadata")!, stored.Object("metadata")!),
            .. PodRules.Check(pod, PodDialect.Current),
        ];
        if (stored.Object("metadata").Object("annotations").Has(MirrorAnnotation))
        {
            errors.Add(FieldError.Forbidden("[]", "static pods do not support ephemeral containers"));
            return errors;
        }

        errors.AddRange(Existing(pod, stored, PodDialect.Current));
        return errors;
    }

    /// <summary>Those that a pod has can neither go nor change.</summary>
    public static IEnumerable<FieldError> Existing(JsonObject pod, JsonObject stored, PodDialect dialect)
    {
        var byName = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (JsonObject container in pod.Object("spec").Items(PodSpecs.EphemeralContainers))
        {
            byName[container.Text("name") ?? ""] = container;
        }

        foreach (JsonObject before in stored.Object("spec").Items(PodSpecs.EphemeralContainers))
        {
            string name = before.Text("name") ?? "";
            if (!byName.TryGetValue(name, out JsonObject? after))
            {
                yield return FieldError.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers {GoFormat.Quote(name)} may not be removed\n");
            }
            else if (!JsonNode.DeepEquals(before, after))
            {
                string diff = dialect.ContainerDifference(before, after);
                yield return FieldError.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers {GoFormat.Quote(name)} may not be changed\n{diff}");
            }
        }
    }

    private static IEnumerable<FieldError> ForbiddenFields(JsonObject container, string path) => SchemaCatalog.EphemeralContainer.Fields
        .Select(field => field.Name)
        .Where(field => !AllowedFields.Contains(field) && container[field] is not (null or JsonObject { Count: 0 }))
        .Select(field => FieldError.Forbidden($"{path}.{field}", NotAllowed));

    private static IEnumerable<FieldError> SubPaths(JsonObject container, string path) => container.Items("volumeMounts")
        .SelectMany((mount, index) => ((string[])["subPath", "subPathExpr"])
            .Where(field => !string.IsNullOrEmpty(mount.Text(field)))
            .Select(field => FieldError.Forbidden($"{path}.volumeMounts[{index}].{field}", NotAllowed)));
}
