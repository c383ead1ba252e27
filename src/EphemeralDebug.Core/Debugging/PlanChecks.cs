using System.Diagnostics.CodeAnalysis;

namespace EphemeralDebug.Debugging;

/// <summary>What makes no sense in what was asked of a container, whatever pod it is for.</summary>
internal static class PlanChecks
{
    /// <summary>An image is needed, and has to be an image reference.</summary>
    /// <exception cref="PlanException">There is no image, or it is no image reference.</exception>
    public static void CheckImage([NotNull] string? image)
    {
        if (string.IsNullOrEmpty(image))
        {
            throw new PlanException(PlanErrorCode.InvalidImage, nameof(ContainerOptions.Image), "No image was given.", "Name the image to run, such as busybox.");
        }

        if (!ImageReference.IsValid(image))
        {
            throw new PlanException(
                PlanErrorCode.InvalidImage,
                nameof(ContainerOptions.Image),
                $"Invalid image name \"{image}\": invalid reference format.",
                "Write [registry[:port]/]name[:tag][@digest], the name in lower case and without blanks.");
        }
    }

    /// <summary>A terminal needs standard input.</summary>
    /// <exception cref="PlanException">A terminal without standard input.</exception>
    public static void CheckTerminal(bool stdin, bool tty)
    {
        if (tty && !stdin)
        {
            throw new PlanException(
                PlanErrorCode.TtyWithoutStdin,
                nameof(ContainerOptions.Tty),
                "A container with a terminal (tty) needs its standard input open.",
                "Ask for standard input too (-Stdin), or for no terminal.");
        }
    }
}
