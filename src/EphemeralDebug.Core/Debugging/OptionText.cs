namespace EphemeralDebug.Debugging;

/// <summary>Reads options from the text forms that <c>kubectl debug</c> takes, by its rules.</summary>
public static class OptionText
{
    /// <summary>
    /// Reads environment variables written as <c>name=value</c>. The value is all that follows the first <c>=</c>,
    /// and may be empty.
    /// </summary>
    /// <exception cref="PlanException">One has no <c>=</c>.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ParseEnvironment(IEnumerable<string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return [.. variables.Select(ParseVariable)];
    }

    /// <summary>Reads <c>Always</c>, <c>IfNotPresent</c> or <c>Never</c>; of an empty text nothing is asked (null).</summary>
    /// <exception cref="PlanException">The text is another one; case matters, as in Kubernetes.</exception>
    public static ImagePullPolicy? ParsePullPolicy(string? text) => text switch
    {
        null or "" => null,
        "Always" => ImagePullPolicy.Always,
        "IfNotPresent" => ImagePullPolicy.IfNotPresent,
        "Never" => ImagePullPolicy.Never,
        _ => throw new PlanException(
            PlanErrorCode.InvalidPullPolicy,
            nameof(ContainerOptions.PullPolicy),
            $"Invalid image pull policy: {text}.",
            "Use Always, IfNotPresent or Never."),
    };

    /// <summary>Reads the name of a profile in lower case, such as <c>netadmin</c>.</summary>
    /// <exception cref="PlanException">There is no such profile.</exception>
    public static DebugProfile ParseProfile(string text) => text switch
    {
        "general" => DebugProfile.General,
        "legacy" => DebugProfile.Legacy,
        "baseline" => DebugProfile.Baseline,
        "restricted" => DebugProfile.Restricted,
        "netadmin" => DebugProfile.NetAdmin,
        "sysadmin" => DebugProfile.SysAdmin,
        _ => throw UnknownProfile(text),
    };

    internal static PlanException UnknownProfile(string name) => new(
        PlanErrorCode.UnknownProfile,
        nameof(ContainerOptions.Profile),
        $"Unknown profile: {name}.",
        "Use general, legacy, baseline, restricted, netadmin or sysadmin.");

    internal static PlanException ProfileNotChosen() => new(
        PlanErrorCode.UnknownProfile,
        nameof(ContainerOptions.Profile),
        "Profile Auto can only be chosen while a container is added to a running pod.",
        "Use General, Baseline, Restricted, NetAdmin, SysAdmin or Legacy.");

    private static KeyValuePair<string, string> ParseVariable(string variable)
    {
        int equals = variable.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? throw new PlanException(
                PlanErrorCode.InvalidEnvironment,
                nameof(ContainerOptions.Environment),
                $"Invalid environment variable: {variable} must be formatted as key=value.",
                "Write NAME=value, with an empty value where none is meant.")
            : KeyValuePair.Create(variable[..equals], variable[(equals + 1)..]);
    }
}
