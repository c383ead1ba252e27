namespace EphemeralDebug;

/// <summary>The operating system that a pod's node runs.</summary>
/// <param name="IsWindows">Windows, or else Linux.</param>
public sealed record NodeSystem(bool IsWindows)
{
    /// <summary>A Linux node.</summary>
    public static NodeSystem Linux { get; } = new(IsWindows: false);

    /// <summary>A Windows node of a build that is not known.</summary>
    public static NodeSystem Windows { get; } = new(IsWindows: true);

    /// <summary>The build of Windows, such as 20348 for Windows Server 2022, or null.</summary>
    public int? WindowsBuild { get; init; }
}
