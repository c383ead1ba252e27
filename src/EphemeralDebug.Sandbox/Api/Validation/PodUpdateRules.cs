using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>What may be changed in a pod itself.</summary>
internal static class PodUpdateRules
{
    /// <summary>All mistakes of a change of a pod.</summary>
    public static IReadOnlyList<FieldError> Check(JsonObject pod, JsonObject stored, PodDialect dialect)
    {
        JsonObject spec = pod.Object("spec")!;
        JsonObject storedSpec = stored.Object("spec")!;
        List<FieldError> errors =
        [
            .. MetadataRules.CheckUpdate(pod.Object("metadata")!, stored.Object("metadata")!),
            .. PodRules.Check(pod, dialect),
            .. SameContainers(spec, storedSpec, "containers"),
            .. SameContainers(spec, storedSpec, "initContainers"),
        ];
        if (errors.Exists(error => error.Message.Contains("may not add or remove containers", StringComparison.Ordinal)))
        {
            return errors;
        }

        errors.AddRange(OnlyAddedTolerations(spec, storedSpec));
        JsonObject allowed = WithAllowedChangesUndone(spec, storedSpec);
        if (!JsonNode.DeepEquals(allowed, storedSpec))
        {
            errors.Add(FieldError.Forbidden("spec", dialect.ImmutableSpec + dialect.SpecDifference(storedSpec, allowed)));
        }

        return errors;
    }

    private static IEnumerable<FieldError> SameContainers(JsonObject spec, JsonObject stored, string list)
    {
        if (spec.Items(list).Count() != stored.Items(list).Count())
        {
            yield return FieldError.Forbidden($"spec.{list}", "pod updates may not add or remove containers");
        }
    }

    private static IEnumerable<FieldError> OnlyAddedTolerations(JsonObject spec, JsonObject stored)
    {
        bool lost = stored.Items("tolerations").Any(before => !spec.Items("tolerations").Any(after =>
        {
            JsonObject comparable = before.Copy();
            comparable.Remove("tolerationSeconds");
            if (after["tolerationSeconds"] is { } seconds)
            {
                comparable["tolerationSeconds"] = seconds.DeepClone();
            }

            return JsonNode.DeepEquals(comparable, after);
        }));
        if (lost)
        {
            yield return FieldError.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
        }
    }

    private static JsonObject WithAllowedChangesUndone(JsonObject spec, JsonObject stored)
    {
        JsonObject copy = spec.Copy();
        foreach (string list in (string[])["containers", "initContainers"])
        {
            foreach ((JsonObject after, JsonObject before) in copy.Items(list).Zip(stored.Items(list)))
            {
                Restore(after, before, "image");
            }
        }

        Restore(copy, stored, "activeDeadlineSeconds");
        Restore(copy, stored, "tolerations");
        if (stored.Integer("terminationGracePeriodSeconds") < 0 && copy.Integer("terminationGracePeriodSeconds") == 1)
        {
            Restore(copy, stored, "terminationGracePeriodSeconds");
        }

        return copy;
    }

    private static void Restore(JsonObject changed, JsonObject stored, string field)
    {
        changed.Remove(field);
        if (stored[field] is { } value)
        {
            changed[field] = value.DeepClone();
        }
    }
}
