using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>
/// A partial container that a user merges over a profile's result, as <c>kubectl debug --custom</c> does. An empty
/// text, an empty list or a <c>false</c> that is the default says nothing; null removes what the profile or an
/// option set.
/// </summary>
internal static class CustomProfile
{
    private static readonly string[] Fixed = ["name", "command", "image", "lifecycle", "volumeDevices", "targetContainerName"];

    /// <summary>Reads a profile from JSON or YAML.</summary>
    /// <param name="content">The text, in UTF-8 or with a byte order mark.</param>
    /// <param name="origin">Where it comes from, in words.</param>
    /// <exception cref="PlanException">It is neither, or not one object.</exception>
    public static JsonObject Parse(byte[] content, string origin)
    {
        try
        {
            return JsonObject.Create(StructuredText.Parse(content)) ?? throw Invalid(origin, "it is no object");
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw Invalid(origin, exception.Message);
        }
    }

    /// <summary>Looks for what no container can take over from the profile.</summary>
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

    private static PlanException Invalid(string origin, string why) =>
        new(
            PlanErrorCode.InvalidCustomProfile,
            nameof(ContainerOptions.CustomProfile),
            $"{origin} does not contain a valid container: {why}.",
            "Write it as a part of a container, as in a pod's manifest, in JSON or YAML.");

    private static PlanException Unsupported(string message, string advice) =>
        new(PlanErrorCode.UnsupportedField, nameof(ContainerOptions.CustomProfile), message, advice);
}
