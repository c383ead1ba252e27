namespace EphemeralDebug.Debugging;

/// <summary>Names of new containers: chosen by the user and checked, or random.</summary>
internal static class ContainerName
{
    private const int MaxLength = 63;

    private const string RandomPrefix = "debugger-";

    /// <summary>
    /// No pod has so many containers that this many random names are all taken; a source that repeats itself
    /// must not hang the caller.
    /// </summary>
    private const int MaxAttempts = 100;

    public static string Choose(string? asked, PodContainers pod, INameSource names)
    {
        if (string.IsNullOrEmpty(asked))
        {
            return Random(pod, names);
        }

        if (pod.Has(CheckLabel(asked)))
        {
            throw new PlanException(
                PlanErrorCode.NameTaken,
                nameof(ContainerOptions.Name),
                DescribeTaken(asked, pod),
                "Choose another name, or give none to get a random one.");
        }

        return asked;
    }

    /// <summary>The name itself.</summary>
    /// <exception cref="PlanException">It is none that the API server would take.</exception>
    public static string CheckLabel(string name) => IsLabel(name)
        ? name
        : throw new PlanException(
            PlanErrorCode.InvalidName,
            nameof(ContainerOptions.Name),
            $"Invalid container name \"{name}\".",
            $"Use at most {MaxLength} lower case letters, digits and '-', with a letter or digit at both ends.");

    /// <summary>Whether a name is one that nobody chose.</summary>
    public static bool IsRandom(string name) =>
        name.StartsWith(RandomPrefix, StringComparison.Ordinal) && RandomNameSource.IsSuffix(name[RandomPrefix.Length..]);

    private static string Random(PodContainers pod, INameSource names)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            string name = RandomPrefix + names.NextSuffix();
            if (!pod.Has(name))
            {
                return name;
            }
        }

        throw new PlanException(
            PlanErrorCode.NameTaken,
            nameof(ContainerOptions.Name),
            $"No free random container name was found for pod {pod.Namespace}/{pod.Pod}.",
            "Give a name.");
    }

    private static string DescribeTaken(string name, PodContainers pod) =>
        pod.EphemeralContainers.Contains(name)
            ? $"Pod {pod.Namespace}/{pod.Pod} already has an ephemeral container named \"{name}\", and those can be neither changed nor removed."
            : $"Pod {pod.Namespace}/{pod.Pod} already has a container named \"{name}\".";

    /// <summary>An RFC 1123 label, as the API server demands it of container names.</summary>
    public static bool IsLabel(string name) =>
        name.Length is > 0 and <= MaxLength
        && name[0] != '-'
        && name[^1] != '-'
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
