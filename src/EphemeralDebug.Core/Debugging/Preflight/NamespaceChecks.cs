using System.Net;
using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>Checks of the namespace: whether it is there, and what its PodSecurity level lets in.</summary>
internal static class NamespaceChecks
{
    public static EphemeralClusterCheck Exists(PreflightFacts facts)
    {
        string name = facts.Subject.Namespace;
        return facts.Namespace switch
        {
            { Value: not null } => new("Namespace", CheckSeverity.Required, passed: true, $"Namespace '{name}' is there."),
            { Refusal: HttpStatusCode.NotFound } => new(
                "Namespace", CheckSeverity.Required, passed: false, $"There is no namespace '{name}'.", "Check the name, or give another one with -Namespace."),
            { Failure: { } failure } => new("Namespace", CheckSeverity.Required, passed: null, $"Namespace '{name}' could not be read: {failure.Message}"),
            _ => new("Namespace", CheckSeverity.Required, passed: null, $"Namespace '{name}' could not be read."),
        };
    }

    public static EphemeralClusterCheck PodSecurity(PreflightFacts facts)
    {
        if (facts.Namespace.Value is not JsonObject podNamespace)
        {
            return Create(passed: null, "The namespace's PodSecurity level could not be read; a profile that it refuses is named by the server then.");
        }

        PodSecurityLevels levels = PodSecurityLevels.Of(podNamespace);
        string described = levels.Description.Length == 0 ? "" : $" ({levels.Description})";
        return levels switch
        {
            { IsSet: false } => Create(passed: true, $"The namespace enforces no level{described}: every profile is let in, unless the cluster's default says otherwise."),
            { Enforce: PodSecurityLevel.Privileged } => Create(passed: true, $"Every profile is let in{described}."),
            { Enforce: PodSecurityLevel.Baseline } => Create(
                passed: false,
                $"The profiles Baseline, Legacy and Restricted are let in{described}; General, NetAdmin and SysAdmin are refused.",
                "Use -Profile Auto, or Baseline, which is enough when the debug container has the same user as the target."),
            _ => Create(
                passed: false,
                $"Only the profile Restricted is let in{described}.",
                "Use -Profile Auto, which takes the target's user, or Restricted with an image that does not run as root."),
        };
    }

    private static EphemeralClusterCheck Create(bool? passed, string reason, string? remedy = null) =>
        new("PodSecurity", CheckSeverity.Optional, passed, reason, remedy);
}
