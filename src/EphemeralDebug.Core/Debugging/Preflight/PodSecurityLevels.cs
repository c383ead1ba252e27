using System.Text.Json.Nodes;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>A level of the Pod Security Standards.</summary>
internal enum PodSecurityLevel
{
    Privileged,
    Baseline,
    Restricted,
}

/// <summary>What a namespace's labels ask of its pods, as PodSecurity admission reads them.</summary>
/// <param name="IsSet">A level is set; else the cluster's own default holds, which nobody but its administrators can read.</param>
/// <param name="Enforce">What is refused.</param>
/// <param name="Description">All levels in words, such as <c>enforce restricted (v1.30), warn restricted</c>.</param>
internal sealed record PodSecurityLevels(bool IsSet, PodSecurityLevel Enforce, string Description)
{
    private const string Prefix = "pod-security.kubernetes.io/";

    public static PodSecurityLevels Of(JsonObject podNamespace)
    {
        JsonObject labels = podNamespace["metadata"]?["labels"] as JsonObject ?? [];
        IEnumerable<string> modes =
            from mode in (string[])["enforce", "warn", "audit"]
            let level = labels.Text(Prefix + mode)
            where level is not null
            let version = labels.Text($"{Prefix}{mode}-version")
            select $"{mode} {ControlCharacters.MakeVisible(level)}{(version is null ? "" : $" ({ControlCharacters.MakeVisible(version)})")}";
        string? enforce = labels.Text($"{Prefix}enforce");
        return new PodSecurityLevels(enforce is not null, Parse(enforce), string.Join(", ", modes));
    }

    // A level that admission does not know is enforced as restricted.
    private static PodSecurityLevel Parse(string? level) => level switch
    {
        null or "privileged" => PodSecurityLevel.Privileged,
        "baseline" => PodSecurityLevel.Baseline,
        _ => PodSecurityLevel.Restricted,
    };
}
