using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>
/// A partial container that a user merges over a profile's result, as <c>kubectl debug --custom</c> does. An empty
/// text, an empty list or a <c>false</c> that is the default says nothing; null removes what the profile or an
/// option set.
/// </summary>
internal static class CustomProfile
{
    private static readonly string[] Fixed = ["name", "command", "image", "lifecycle", "volumeDevices", "targetContainerName"];

    /// <exception cref="PlanException">The profile sets a field that is not its own, or one of the wrong kind.</exception>
    public static void Check(JsonObject profile)
    {
        CheckKinds(profile);
        CheckFixedFields(profile);
    }

    /// <summary>Merges the profile into the container; the profile itself stays as it is.</summary>
    /// <exception cref="PlanException">The profile sets a field that is not its own, or one of the wrong kind.</exception>
    public static void Apply(JsonObject profile, JsonObject container)
    {
        Check(profile);
        JsonObject patch = profile.DeepClone().AsObject();
        foreach (string field in Fixed)
        {
            patch.Remove(field);
        }

        ContainerJson.RemoveUnset(patch);
        StrategicMerge.Apply(container, patch);
        container["resources"] ??= new JsonObject();
    }

    private static void CheckKinds(JsonObject profile)
    {
        foreach ((string name, JsonNode? value) in profile)
        {
            if (value is not null && ContainerFields.FindWrongKind(name, value) is { } expected)
            {
                throw new PlanException(
                    PlanErrorCode.InvalidCustomProfile,
                    nameof(ContainerOptions.CustomProfile),
                    $"Invalid custom profile: {name} must be {expected}.",
                    "Write it as a part of a container, as in a pod's manifest.");
            }
        }
    }

    /// <summary>
    /// kubectl refuses these but for the target, which it drops without a word; and it takes an empty
    /// <c>lifecycle</c> for one that was set.
    /// </summary>
    private static void CheckFixedFields(JsonObject profile)
    {
        if (profile["targetContainerName"] is { } target && !ContainerJson.IsEmpty(target))
        {
            throw Unsupported("targetContainerName is not modifiable via custom profile.", "Give the target as an option.");
        }

        if (profile["lifecycle"] is not null || Fixed.Any(field => !ContainerJson.IsEmpty(profile[field])))
        {
            throw Unsupported("name, command, image, lifecycle and volume devices are not modifiable via custom profile.", "Take them out and give them as options.");
        }
    }

    private static PlanException Unsupported(string message, string advice) =>
        new(PlanErrorCode.UnsupportedField, nameof(ContainerOptions.CustomProfile), message, advice);
}
