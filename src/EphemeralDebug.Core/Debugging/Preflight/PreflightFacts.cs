using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>What was asked about.</summary>
internal sealed record PreflightSubject(Uri Server, string Namespace, string? Pod, string? Target);

/// <summary>All that the server answered.</summary>
internal sealed record PreflightFacts(PreflightSubject Subject)
{
    public required Answer<VersionResource> Version { get; init; }

    public required Answer<JsonObject> Discovery { get; init; }

    public required Answer<JsonObject> User { get; init; }

    public required Answer<JsonObject> Namespace { get; init; }

    /// <summary>Null when no pod was asked about.</summary>
    public required Answer<JsonObject>? Pod { get; init; }

    /// <summary>Null when there was no node to ask about.</summary>
    public Answer<JsonObject>? Node { get; init; }

    public required IReadOnlyDictionary<AccessRight, Answer<JsonObject>> Rights { get; init; }

    public KubernetesVersion? ServerVersion => KubernetesVersion.Parse(Version.Value?.GitVersion);

    /// <summary>The form of the subresource, as discovery tells it; null when discovery could not be read.</summary>
    public SubresourceForm? Form
    {
        get
        {
            if (Discovery.Value?["resources"] is not JsonArray resources)
            {
                return null;
            }

            JsonNode? found = resources.FirstOrDefault(resource => resource?["name"].Text() == "pods/ephemeralcontainers");
            return found?["kind"].Text() switch
            {
                null => SubresourceForm.Absent,
                "EphemeralContainers" => SubresourceForm.Legacy,
                _ => SubresourceForm.Modern,
            };
        }
    }

    /// <summary>The name that the server knows the user by; null when nothing tells it.</summary>
    public string? UserName => User.Value?["status"]?["userInfo"]?["username"].Text() ?? Refusals.Select(UserOf).FirstOrDefault(name => name is not null);

    private IEnumerable<EphemeralDebugException> Refusals =>
        new[] { Discovery.Failure, Namespace.Failure, Pod?.Failure, Node?.Failure, Version.Failure }.OfType<KubernetesStatusException>();

    /// <summary>Servers without SelfSubjectReview (before 1.28) name the user in a refusal: <c>User "jane" cannot …</c>.</summary>
    private static string? UserOf(EphemeralDebugException refusal)
    {
        const string Before = "User \"";
        int start = refusal.Message.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        int end = refusal.Message.IndexOf("\" cannot ", StringComparison.Ordinal);
        return start >= Before.Length && end > start ? refusal.Message[start..end] : null;
    }
}
