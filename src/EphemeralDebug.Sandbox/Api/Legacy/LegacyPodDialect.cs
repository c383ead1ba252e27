using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>The validation of Kubernetes 1.20 (<c>apis/core/validation/validation.go</c>).</summary>
internal sealed class LegacyPodDialect : PodDialect
{
    private static readonly HashSet<string> AllowedFields = new(StringComparer.Ordinal)
    {
        "name", "image", "command", "args", "workingDir", "envFrom", "env", "volumeMounts", "volumeDevices",
        "terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy", "stdin", "stdinOnce", "tty", "targetContainerName",
    };

    private LegacyPodDialect()
    {
    }

    public static LegacyPodDialect Instance { get; } = new();

    public override string ImmutableSpec =>
        "pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)\n";

    public override ContainerRules Containers(JsonObject spec) => new LegacyContainerRules(VolumeRules.ByName(spec));

    /// <summary>
    /// Any container that comes before may be a target, and rules that are written for lists of containers see each
    /// one as a list of its own: hence the second index in their paths.
    /// </summary>
    public override IEnumerable<FieldError> EphemeralContainers(JsonObject spec, ContainerRules rules)
    {
        HashSet<string> names = ((string[])["containers", "initContainers"])
            .SelectMany(list => spec.Items(list))
            .Select(container => container.Text("name") ?? "")
            .ToHashSet(StringComparer.Ordinal);
        foreach ((string path, JsonObject container) in PodRules.Containers(spec, PodSpecs.EphemeralContainers))
        {
            foreach (FieldError error in Check(container, path, names, rules))
            {
                yield return error;
            }
        }
    }

    public override string ContainerDifference(JsonObject before, JsonObject after) =>
        GoDifference.Show(SchemaCatalog.Legacy["EphemeralContainer"], before, after);

    /// <summary>Old servers show the change the wrong way round.</summary>
    public override string SpecDifference(JsonObject before, JsonObject after) =>
        GoDifference.Show(SchemaCatalog.Legacy["PodSpec"], after, before);

    private static IEnumerable<FieldError> Check(JsonObject container, string path, HashSet<string> names, ContainerRules rules)
    {
        string name = container.Text("name") ?? "";
        string target = container.Text("targetContainerName") ?? "";
        if (target.Length > 0 && !names.Contains(target))
        {
            yield return FieldError.NotFound($"{path}.targetContainerName", target);
        }

        if (name.Length == 0)
        {
            yield return FieldError.Required(path, "ephemeralContainer requires a name");
            yield break;
        }

        IEnumerable<FieldError> errors =
        [
            .. rules.Check(container, $"{path}[0]"),
            .. ContainerRules.ImageOfPod(container, $"{path}[0]"),
            .. names.Add(name) ? [] : new[] { FieldError.Duplicate($"{path}.name", name) },
            .. ForbiddenFields(container, path),
        ];
        foreach (FieldError error in errors)
        {
            yield return error;
        }
    }

    /// <summary>An empty structure behind a pointer is set, one in its place is not.</summary>
    private static IEnumerable<FieldError> ForbiddenFields(JsonObject container, string path) => SchemaCatalog.Legacy["EphemeralContainer"].Fields
        .Where(field => !AllowedFields.Contains(field.Name) && container[field.Name] is { } value && (field.Pointer || value is not JsonObject { Count: 0 }))
        .Select(field => FieldError.Forbidden($"{path}.{field.Name}", EphemeralContainerRules.NotAllowed));
}
