namespace EphemeralDebug.Debugging.Systems;

/// <summary>The image of a container for which none was named.</summary>
internal static class DefaultImage
{
    /// <summary>Small and with a shell. The tag is fixed, so that a node pulls it once and every pod gets the same.</summary>
    private const string Linux = "busybox:1.36";

    private const string Windows = "mcr.microsoft.com/windows/nanoserver:";

    /// <summary>
    /// The first build that each tag fits, newest first. A Windows container's build has to fit its node's ("Windows
    /// container version compatibility" in Microsoft's documentation); builds between two runs of the long-term
    /// channel take the images of the older one.
    /// </summary>
    private static readonly (int Build, string Tag)[] s_windowsTags =
        [(26100, "ltsc2025"), (20348, "ltsc2022"), (17763, "ltsc2019")];

    /// <summary>The image for a node of the system.</summary>
    /// <exception cref="PlanException">The node is a Windows one for which no image is known.</exception>
    public static string For(NodeSystem system)
    {
        if (!system.IsWindows)
        {
            return Linux;
        }

        string? tag = s_windowsTags.FirstOrDefault(known => system.WindowsBuild >= known.Build).Tag;
        return tag is not null ? Windows + tag : throw new PlanException(
            PlanErrorCode.WindowsVersionUnknown,
            nameof(ContainerOptions.Image),
            system.WindowsBuild is { } build
                ? $"No image is known for nodes of Windows build {build}."
                : "The pod runs on Windows, and which version its node has could not be read: without it no image can be chosen that starts there.",
            "Name an image of the node's Windows version, such as mcr.microsoft.com/windows/nanoserver:ltsc2022, or ask for the right to get nodes.");
    }
}
