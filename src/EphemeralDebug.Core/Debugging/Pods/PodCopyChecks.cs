using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>What is wrong with what was asked of a copy, by kubectl's rules, and what a user should know of it.</summary>
internal static class PodCopyChecks
{
    /// <summary>Looks for what is wrong with the options themselves.</summary>
    /// <exception cref="PlanException">It makes no sense with any pod.</exception>
    public static void Check(PodCopyOptions options)
    {
        PodContainerOptions container = options.Container;
        bool hasCommand = container.HasCommand;
        if (container.Image.Length == 0 && options.SetImages.Count == 0 && !hasCommand)
        {
            throw new PlanException(
                PlanErrorCode.NothingToChange,
                nameof(PodContainerOptions.Image),
                "A copy needs something that is different: an image, a command, or new images for its containers.",
                "Give -Image for a container to debug with, -SetImage, or -Container with -Command.");
        }

        if (hasCommand && string.IsNullOrEmpty(container.Name) && container.Image.Length == 0)
        {
            throw new PlanException(
                PlanErrorCode.ContainerNotNamed,
                nameof(PodContainerOptions.Name),
                "It was not said which container the command is for.",
                "Name a container of the pod with -Container, or give -Image for a new one.");
        }

        CheckSetImages(options.SetImages);
        container.Check();
    }

    /// <summary>A custom profile is for regular containers, as in kubectl.</summary>
    /// <exception cref="PlanException">The container is an init container.</exception>
    public static void CheckIsRegular(JsonObject copy, JsonObject container)
    {
        if (!PodParts.Containers(copy).Contains(container))
        {
            throw new PlanException(
                PlanErrorCode.UnsupportedField,
                nameof(PodContainerOptions.CustomProfile),
                $"A custom profile cannot be applied to the init container \"{container["name"]}\".",
                "Leave out the custom profile, or name a regular container.");
        }
    }

    /// <summary>What would surprise whoever does not know it.</summary>
    public static IEnumerable<string> FindWarnings(JsonObject copy, string? container, PodCopyOptions options)
    {
        foreach (string name in options.SetImages.Keys.Where(name => name != PodCopyOptions.EveryContainer))
        {
            if (!PodParts.Containers(copy).Any(c => PodParts.IsNamed(c, name)))
            {
                yield return $"The pod has no container '{name}' whose image could be set.";
            }
        }

        if (container is null && options.Container.HasCommand)
        {
            yield return $"There is no container '{options.Container.Name}', and no image for a new one: the command is not used.";
        }

        if (PodParts.FindContainer(copy, container) is { } changed && RunsAsOther(copy, changed))
        {
            yield return $"The pod runs as a user other than root, so that the capabilities of profile {options.Container.Profile} may not work; a custom profile with securityContext.runAsUser 0 changes that.";
        }
    }

    private static void CheckSetImages(IReadOnlyDictionary<string, string> images)
    {
        foreach ((string name, string image) in images)
        {
            if (!ImageReference.IsValid(image))
            {
                throw new PlanException(
                    PlanErrorCode.InvalidImage,
                    nameof(PodCopyOptions.SetImages),
                    $"Invalid image name \"{image}\" for container \"{name}\": invalid reference format.",
                    "Write [registry[:port]/]name[:tag][@digest], the name in lower case and without blanks.");
            }
        }
    }

    /// <summary>Whether the pod names a user that is not root and the container asks for powers that only root has.</summary>
    private static bool RunsAsOther(JsonObject copy, JsonObject container)
    {
        JsonNode? context = container["securityContext"];
        return IsOther(copy["spec"]?["securityContext"]?["runAsUser"])
            && context?["runAsUser"]?.ToString() is not "0"
            && (context?["privileged"]?.ToString() is "true" || context?["capabilities"]?["add"] is JsonArray { Count: > 0 });
    }

    private static bool IsOther(JsonNode? user) => user is not null && user.ToString() is not "0";
}
