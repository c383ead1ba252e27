namespace EphemeralDebug.Debugging.Preflight;

/// <summary>Finds out, without changing anything, whether pods can be debugged.</summary>
internal static class ClusterPreflight
{
    /// <summary>Asks the server and judges its answers. What can't be asked is unknown, and no failure.</summary>
    /// <param name="session">The session.</param>
    /// <param name="podNamespace">The namespace.</param>
    /// <param name="pod">A pod to look at, or null.</param>
    /// <param name="target">The pod's container that is to be debugged, or null.</param>
    /// <param name="limit">The longest wait for each answer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<EphemeralClusterCheck>> RunAsync(
        ClusterSession session, string podNamespace, string? pod, string? target, TimeSpan limit, CancellationToken cancellationToken)
    {
        var subject = new PreflightSubject(session.Server, podNamespace, pod, target);
        return Judge(await new PreflightReader(session, limit).ReadAsync(subject, cancellationToken));
    }

    /// <summary>Whether ephemeral containers can be used as far as anybody can tell: no required check has failed.</summary>
    public static bool IsReady(IEnumerable<EphemeralClusterCheck> checks) =>
        !checks.Any(check => check is { Severity: CheckSeverity.Required, Passed: false });

    /// <summary>The checks, in the order in which what fails first explains what follows.</summary>
    public static IReadOnlyList<EphemeralClusterCheck> Judge(PreflightFacts facts)
    {
        EphemeralClusterCheck server = ClusterChecks.Server(facts);
        EphemeralClusterCheck user = ClusterChecks.User(facts);
        EphemeralClusterCheck[] checks = (server.Passed, user.Passed) switch
        {
            (not true, _) => [server],
            (_, false) => [server, user],
            _ => [
                server,
                user,
                ClusterChecks.Api(facts),
                .. AccessChecks.All(facts),
                NamespaceChecks.Exists(facts),
                NamespaceChecks.PodSecurity(facts),
                .. PodChecks.All(facts),
            ],
        };
        foreach (EphemeralClusterCheck check in checks)
        {
            check.Namespace = facts.Subject.Namespace;
            check.Pod = facts.Subject.Pod;
        }

        return checks;
    }
}
