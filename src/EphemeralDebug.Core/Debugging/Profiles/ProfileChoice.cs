using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>How the choice of a profile went, so that its outcome can be explained.</summary>
internal sealed class ProfileChoice(string podNamespace, NamespaceLevel level, ProfileCandidates profiles)
{
    private readonly List<(ContainerPlan Plan, EphemeralDebugException Refusal)> _refused = [];

    public void Refuse(ContainerPlan plan, EphemeralDebugException refusal) => _refused.Add((plan, refusal));

    public ContainerPlan Accept(ContainerPlan plan, ProfileCandidate candidate)
    {
        string user = candidate.AsTarget
            ? $"; root is not allowed, so it runs as the target's user {plan.Container["securityContext"]?["runAsUser"]}"
            : "";
        return plan with { ProfileReason = Explain($"the server accepts it in a dry run; {level.Describe(podNamespace)}{user}") };
    }

    /// <summary>The plan was made by the namespace's label, because the server cannot be asked.</summary>
    public ContainerPlan Guess(ContainerPlan plan, KubernetesStatusException why) => plan with
    {
        ProfileReason = Explain($"{level.Describe(podNamespace)}, and the server cannot be asked by a dry run ({why.Message})"),
    };

    /// <summary>The error when all were refused: the server's own where the profile made no difference.</summary>
    public EphemeralDebugException Fail(PodContainers pod)
    {
        EphemeralDebugException last = _refused[^1].Refusal;
        if (_refused.TrueForAll(refused => refused.Refusal.Message == last.Message))
        {
            return last;
        }

        string[] older = [.. pod.EphemeralContainers.Where(name => last.Message.Contains($"\"{name}\"", StringComparison.Ordinal))];
        return new EphemeralDebugException(
            "NoProfileAllowed",
            FailureKind.PermissionDenied,
            $"The server allows none of the profiles in pod '{pod.Namespace}/{pod.Pod}': {Refusals(Reason)}.",
            older.Length > 0
                ? $"The whole pod is judged, its older ephemeral containers ({string.Join(", ", older)}) included, and these cannot be removed: debug the pod that takes its place, or a copy."
                : "Change what the messages name, for example with -CustomProfile, or ask an administrator for an exception.",
            last);
    }

    private string Explain(string why)
    {
        string[] parts = [why, profiles.LeftOut ?? "", _refused.Count > 0 ? $"refused were {Refusals(Brief)}" : ""];
        return string.Join("; ", parts.Where(static part => part.Length > 0));
    }

    private string Refusals(Func<EphemeralDebugException, string> reason) =>
        string.Join("; ", _refused.Select(refused => $"{refused.Plan.Profile} ({reason(refused.Refusal)})"));

    /// <summary>Of PodSecurity the level alone: what it asks of each container fills a screen.</summary>
    private static string Brief(EphemeralDebugException refusal)
    {
        string reason = Reason(refusal);
        int details = reason.IndexOf("\": ", StringComparison.Ordinal);
        return reason.StartsWith("violates PodSecurity ", StringComparison.Ordinal) && details > 0 ? reason[..(details + 1)] : reason;
    }

    /// <summary>The message without the pod's name at its start, which is known.</summary>
    private static string Reason(EphemeralDebugException refusal)
    {
        const string Forbidden = " is forbidden: ";
        int start = refusal.Message.IndexOf(Forbidden, StringComparison.Ordinal);
        return start < 0 ? refusal.Message : refusal.Message[(start + Forbidden.Length)..];
    }
}
