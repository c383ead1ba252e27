using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>Whether the user has the rights that each capability takes.</summary>
internal static class AccessChecks
{
    public static IEnumerable<EphemeralClusterCheck> All(PreflightFacts facts)
    {
        IReadOnlyList<Capability> capabilities = Capability.All(facts.Form, facts.ServerVersion);
        return capabilities.Select(capability => Check(capability, capabilities, facts));
    }

    private static EphemeralClusterCheck Check(Capability capability, IReadOnlyList<Capability> all, PreflightFacts facts)
    {
        AccessRight[] missing = [.. capability.Rights.Where(right => IsAllowed(facts.Rights[right]) == false)];
        AccessRight? unknown = capability.Rights.FirstOrDefault(right => IsAllowed(facts.Rights[right]) is null);
        if (missing.Length > 0)
        {
            return new EphemeralClusterCheck(
                capability.Name,
                capability.Severity,
                passed: false,
                $"Missing is the right to {Describe(missing)}.",
                RoleManifest.Create(capability.Role, all, facts.Subject.Namespace, facts.UserName));
        }

        return unknown is null
            ? new EphemeralClusterCheck(capability.Name, capability.Severity, passed: true, $"You may {Describe(capability.Rights)}.")
            : new EphemeralClusterCheck(
                capability.Name,
                capability.Severity,
                passed: null,
                $"Whether you may {unknown} could not be told: {facts.Rights[unknown].Failure?.Message ?? "the server's answer is no review"}");
    }

    /// <summary>The rights by resource: <c>list, watch pods; get pods/log</c>.</summary>
    private static string Describe(IEnumerable<AccessRight> rights) => string.Join("; ", rights
        .GroupBy(right => right.Resource, StringComparer.Ordinal)
        .Select(group => $"{string.Join(", ", group.Select(right => right.Verb))} {group.Key}"));

    private static bool? IsAllowed(Answer<JsonObject> answer) =>
        answer.Value?["status"]?["allowed"] is JsonValue value && value.TryGetValue(out bool allowed) ? allowed : null;
}
