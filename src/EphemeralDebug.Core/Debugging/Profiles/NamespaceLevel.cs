using System.Text.Json.Nodes;

namespace EphemeralDebug.Debugging.Profiles;

/// <summary>What a namespace's label says of the PodSecurity level that it enforces.</summary>
/// <param name="Enforced">The level, such as <c>restricted</c>; null when the namespace names none.</param>
/// <param name="IsKnown">The namespace could be read.</param>
internal sealed record NamespaceLevel(string? Enforced, bool IsKnown)
{
    private const string EnforceLabel = "pod-security.kubernetes.io/enforce";

    /// <summary>The user may not read namespaces, as many may not.</summary>
    public static NamespaceLevel Unknown { get; } = new(Enforced: null, IsKnown: false);

    public static NamespaceLevel Read(JsonObject podNamespace) =>
        new((string?)podNamespace["metadata"]?["labels"]?[EnforceLabel], IsKnown: true);

    /// <summary>Where the server cannot be asked: the most useful of the candidates that the level allows by its definition.</summary>
    public ProfileCandidate Guess(IReadOnlyList<ProfileCandidate> candidates)
    {
        DebugProfile allowed = this switch
        {
            { Enforced: "restricted" } => DebugProfile.Restricted,
            { Enforced: "baseline" } or { IsKnown: false } => DebugProfile.Baseline,
            _ => DebugProfile.General,
        };
        return candidates.FirstOrDefault(candidate => candidate.Profile == allowed) ?? candidates[^1];
    }

    public string Describe(string name) => this switch
    {
        { IsKnown: false } => $"the PodSecurity level of namespace '{name}' cannot be read",
        { Enforced: null } => $"namespace '{name}' names no PodSecurity level to enforce",
        _ => $"namespace '{name}' enforces PodSecurity level {ControlCharacters.MakeVisible(Enforced)}",
    };
}
