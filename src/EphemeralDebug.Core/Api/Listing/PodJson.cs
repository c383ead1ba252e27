namespace EphemeralDebug.Api.Listing;

/// <summary>Finds out of a pod in JSON who it is and whether it has ephemeral containers, without making anything of it.</summary>
internal static class PodJson
{
    /// <summary>Looks at a pod.</summary>
    /// <param name="json">Begins with the pod, which need not be here whole.</param>
    /// <returns>What there is to see of it; its length is 0 when it is not here whole.</returns>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static PodGlance Glance(ReadOnlySpan<byte> json)
    {
        var pod = new JsonObjectScanner(json);
        var glance = default(PodGlance);
        while (pod.TryReadName(out ReadOnlySpan<byte> name))
        {
            bool isWhole = name.SequenceEqual("metadata"u8) && IsObject(pod) ? TryGlanceAtMetadata(ref pod, ref glance)
                : name.SequenceEqual("spec"u8) && IsObject(pod) ? TryGlanceAtSpec(ref pod, ref glance)
                : pod.TrySkipValue();
            if (!isWhole)
            {
                return default;
            }
        }

        glance.Length = pod.IsComplete ? pod.Length : 0;
        return glance;
    }

    private static bool TryGlanceAtMetadata(ref JsonObjectScanner pod, ref PodGlance glance)
    {
        JsonObjectScanner metadata = pod.Enter();
        bool isWhole = true;
        while (isWhole && metadata.TryReadName(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("name"u8))
            {
                isWhole = metadata.TryReadText(out ReadOnlySpan<byte> text);
                glance.Name = text;
            }
            else if (name.SequenceEqual("namespace"u8))
            {
                isWhole = metadata.TryReadText(out ReadOnlySpan<byte> text);
                glance.Namespace = text;
            }
            else
            {
                isWhole = metadata.TrySkipValue();
            }
        }

        pod.Leave(metadata);
        return metadata.IsComplete;
    }

    private static bool TryGlanceAtSpec(ref JsonObjectScanner pod, ref PodGlance glance)
    {
        JsonObjectScanner spec = pod.Enter();
        bool isWhole = true;
        while (isWhole && spec.TryReadName(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("ephemeralContainers"u8))
            {
                isWhole = spec.TryFindElement(out bool hasElement);
                glance.HasEphemeralContainers |= hasElement;
            }

            isWhole = isWhole && spec.TrySkipValue();
        }

        pod.Leave(spec);
        return spec.IsComplete;
    }

    private static bool IsObject(JsonObjectScanner value) => value.TryPeek(out byte first) && first == '{';
}
