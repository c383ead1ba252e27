using System.Text.Json.Nodes;
using EphemeralDebug.Debugging.Profiles;

namespace EphemeralDebug.Debugging.Pods;

/// <summary>Turns a pod and what a user asked for into the plan of a copy. Pure; fields that nobody here knows are copied too.</summary>
internal static class PodCopyPlanner
{
    /// <summary>Room for the suffix within what a pod's name, and its host name, may have.</summary>
    private const int MaxDefaultNameStem = 50;

    /// <summary>Plans a copy of the pod.</summary>
    /// <param name="pod">The pod as the server returned it; it stays as it is.</param>
    /// <param name="options">What was asked.</param>
    /// <param name="names">Where names come from that nobody chose.</param>
    /// <exception cref="PlanException">What was asked makes no sense in itself or with this pod.</exception>
    /// <exception cref="ArgumentException">The pod has no name or namespace.</exception>
    public static PodPlan Plan(JsonObject pod, PodCopyOptions options, INameSource names)
    {
        PodCopyChecks.Check(options);
        string source = PodParts.Metadata(pod, "name");
        string podNamespace = PodParts.Metadata(pod, "namespace");
        string name = string.IsNullOrEmpty(options.Name) ? DefaultName(source, names) : options.Name;
        JsonObject copy = Copy(pod, name, podNamespace);
        JsonObject spec = PodParts.Spec(copy);
        if (options.ShareProcesses is { } share)
        {
            spec["shareProcessNamespace"] = share;
        }

        if (!options.SameNode)
        {
            spec.Remove("nodeName");
        }

        SetImages(copy, options.SetImages);
        (string? container, bool added) = ChangeContainer(copy, options, names);
        return new PodPlan
        {
            Kind = DebugPodKind.Copy,
            Namespace = podNamespace,
            Name = name,
            HasRandomName = string.IsNullOrEmpty(options.Name),
            Pod = copy,
            Container = container,
            AddsContainer = added,
            SourcePod = source,
            Node = (string?)spec["nodeName"],
            ReplacesSource = options.Replace,
            Warnings = [.. PodCopyChecks.FindWarnings(copy, container, options)],
        };
    }

    /// <summary>Of the metadata only what a person wrote; of the spec everything but what cannot be in a new pod.</summary>
    private static JsonObject Copy(JsonObject pod, string name, string podNamespace)
    {
        JsonObject metadata = new() { ["name"] = name, ["namespace"] = podNamespace };
        foreach (string field in (string[])["labels", "annotations"])
        {
            PodParts.Set(metadata, field, pod["metadata"]![field]?.DeepClone());
        }

        JsonObject spec = pod["spec"]?.DeepClone().AsObject() ?? [];
        spec.Remove("ephemeralContainers");
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = spec };
    }

    private static void SetImages(JsonObject copy, IReadOnlyDictionary<string, string> images)
    {
        images.TryGetValue(PodCopyOptions.EveryContainer, out string? every);
        foreach (JsonObject container in PodParts.Containers(copy))
        {
            string? image = (string?)container["name"] is { } name && images.TryGetValue(name, out string? own) ? own : every;
            if (!string.IsNullOrEmpty(image))
            {
                container["image"] = image;
            }
        }
    }

    /// <summary>
    /// Changes the named container or adds one, and applies the profile. Where only images are set there is no
    /// container to debug in, and kubectl applies no profile: labels and probes stay.
    /// </summary>
    private static (string? Name, bool Added) ChangeContainer(JsonObject copy, PodCopyOptions options, INameSource names)
    {
        PodContainerOptions asked = options.Container;
        JsonObject? existing = PodParts.FindContainer(copy, asked.Name);
        if (existing is null && asked.Image.Length == 0 && options.SetImages.Count > 0)
        {
            return (null, false);
        }

        JsonObject container = existing ?? AddContainer(copy, asked, names);
        ContainerChange.Apply(existing is null ? asked.ForNewContainer() : asked, container);
        PodProfile.ApplyToCopy(asked.Profile, copy, container, options.Keep);
        if (asked.CustomProfile is { } custom)
        {
            PodCopyChecks.CheckIsRegular(copy, container);
            CustomProfile.Apply(custom, container);
        }

        return ((string)container["name"]!, existing is null);
    }

    private static JsonObject AddContainer(JsonObject copy, PodContainerOptions asked, INameSource names)
    {
        PlanChecks.CheckImage(asked.Image);
        JsonObject container = ContainerChange.Create(ContainerName.Choose(asked.Name, PodContainers.Read(copy), names));
        PodParts.Append(PodParts.Spec(copy), PodParts.ContainerList, container);
        return container;
    }

    private static string DefaultName(string source, INameSource names)
    {
        string stem = source.Length <= MaxDefaultNameStem ? source : source[..MaxDefaultNameStem].TrimEnd('-', '.');
        return $"{stem}-debug-{names.NextSuffix()}";
    }
}
