namespace EphemeralDebug.Debugging.Systems;

/// <summary>Fills in what a user left to the operating system: the image, how to wait, the profile.</summary>
internal static class SystemDefaults
{
    /// <summary>The options with nothing left to the system.</summary>
    /// <exception cref="PlanException">No image is known for the system.</exception>
    public static ContainerOptions Apply(ContainerOptions options, NodeSystem system)
    {
        options = options with
        {
            Image = options.Image ?? DefaultImage.For(system),
            Profile = options.Profile ?? ProfileFor(system),
            ProfileIsDefault = options.ProfileIsDefault || options.Profile is null,
        };
        return options.WaitingId is { } id ? WaitingCommand.Apply(options, id, system) with { WaitingId = null } : options;
    }

    /// <summary>What kubectl's default adds does not exist on Windows, where nothing of it is needed.</summary>
    private static DebugProfile ProfileFor(NodeSystem system) => system.IsWindows ? DebugProfile.Legacy : DebugProfile.General;
}
