using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>A profile worth trying for a pod.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="AsTarget">Run as the target's user, because root is forbidden there.</param>
/// <param name="Caveat">What may not work with it, or null.</param>
internal sealed record ProfileCandidate(DebugProfile Profile, bool AsTarget = false, string? Caveat = null)
{
    public ContainerOptions Apply(ContainerOptions options) =>
        options with { Profile = Profile, RunAsTarget = options.RunAsTarget || AsTarget };
}

/// <summary>
/// Which profiles profile Auto tries, from the most useful to the least, judged by the pod and the target. Whether they are
/// allowed is left to the server: policies of other kinds than PodSecurity, and exemptions from it, are known to it
/// alone.
/// </summary>
/// <param name="Candidates">What to try, in this order.</param>
/// <param name="LeftOut">Why others are not tried, in a sentence; or null.</param>
internal sealed record ProfileCandidates(IReadOnlyList<ProfileCandidate> Candidates, string? LeftOut)
{
    public static ProfileCandidates For(JsonObject pod, ContainerOptions options, NodeSystem system)
    {
        if (system.IsWindows)
        {
            return new([new(DebugProfile.Baseline), new(DebugProfile.Restricted)], "General adds what Windows does not have");
        }

        long? asked = AskedUser(pod, options);
        ContainerUser? target = SourceContainer.Find(pod, options.Target) is { } source ? ContainerUser.Of(pod, source) : null;
        bool rootIsForbidden = asked is null && RunAs.PodForbidsRoot(pod);
        if (asked is > 0 || rootIsForbidden)
        {
            string user = asked is { } id ? $"user {id}" : "a user other than root, as the pod demands";
            return new(
                [AsNonRoot(DebugProfile.Baseline, asked, target), AsNonRoot(DebugProfile.Restricted, asked, target)],
                $"General adds SYS_PTRACE, which is of no use to {user}");
        }

        ProfileCandidate[] asRoot = [new(DebugProfile.General), new(DebugProfile.Baseline)];
        return asked == 0
            ? new(asRoot, "Restricted forbids root")
            : new([.. asRoot, AsNonRoot(DebugProfile.Restricted, asked, target)], LeftOut: null);
    }

    private static ProfileCandidate AsNonRoot(DebugProfile profile, long? asked, ContainerUser? target) => (asked, target) switch
    {
        (not null, _) => new(profile),
        (null, { IsRoot: false }) => new(profile, AsTarget: true),
        _ => new(profile, Caveat: $"Profile {profile} demands a user other than root here, and the target's is {(target is null ? "not known" : "root")}: an image that runs as root will not start. Name a user with -RunAsUser."),
    };

    /// <summary>The user that the container will have whatever the profile: named, the target's, a custom profile's, the pod's.</summary>
    private static long? AskedUser(JsonObject pod, ContainerOptions options)
    {
        ContainerOptions probe = options with { Profile = DebugProfile.Legacy, Name = null };
        return RunAs.EffectiveUser(pod, ContainerPlanner.Plan(pod, probe, RandomNameSource.Instance, NodeSystem.Linux).Container);
    }
}
