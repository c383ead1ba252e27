using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Admission.PodSecurity;

/// <summary>Why a pod does not fit a level, in short and in full.</summary>
internal readonly record struct Violation(string Reason, string Detail)
{
    public override string ToString() => Detail.Length == 0 ? Reason : $"{Reason} ({Detail})";
}

/// <summary>One rule of a level, since some minor version of Kubernetes.</summary>
internal sealed record PodSecurityCheck(string Id, PodSecurityLevel Level, int Since, Func<PodUnderCheck, Violation?> Check)
{
    /// <summary>The baseline rule that this one makes stricter, and takes the place of.</summary>
    public string? Overrides { get; init; }
}

/// <summary>The rules of the Pod Security Standards, in the order in which violations are told.</summary>
internal static class PodSecurityChecks
{
    private static readonly PodSecurityCheck[] All =
    [
        new("appArmorProfile", PodSecurityLevel.Baseline, 0, BaselineChecks.AppArmor),
        new("capabilities_baseline", PodSecurityLevel.Baseline, 0, BaselineChecks.Capabilities),
        new("hostNamespaces", PodSecurityLevel.Baseline, 0, BaselineChecks.HostNamespaces),
        new("hostPathVolumes", PodSecurityLevel.Baseline, 0, BaselineChecks.HostPathVolumes),
        new("hostPorts", PodSecurityLevel.Baseline, 0, BaselineChecks.HostPorts),
        new("hostProbesAndHostLifecycle", PodSecurityLevel.Baseline, 34, BaselineChecks.HostProbes),
        new("privileged", PodSecurityLevel.Baseline, 0, BaselineChecks.Privileged),
        new("procMount", PodSecurityLevel.Baseline, 0, BaselineChecks.ProcMount),
        new("seLinuxOptions", PodSecurityLevel.Baseline, 0, BaselineChecks.SeLinux),
        new("seccompProfile_baseline", PodSecurityLevel.Baseline, 19, BaselineChecks.Seccomp),
        new("sysctls", PodSecurityLevel.Baseline, 0, BaselineChecks.Sysctls),
        new("windowsHostProcess", PodSecurityLevel.Baseline, 0, BaselineChecks.WindowsHostProcess),
        new("allowPrivilegeEscalation", PodSecurityLevel.Restricted, 8, RestrictedChecks.PrivilegeEscalation),
        new("capabilities_restricted", PodSecurityLevel.Restricted, 22, RestrictedChecks.Capabilities) { Overrides = "capabilities_baseline" },
        new("procMount_restricted", PodSecurityLevel.Restricted, 35, BaselineChecks.StrictProcMount) { Overrides = "procMount" },
        new("restrictedVolumes", PodSecurityLevel.Restricted, 0, RestrictedChecks.Volumes) { Overrides = "hostPathVolumes" },
        new("runAsNonRoot", PodSecurityLevel.Restricted, 0, RestrictedChecks.RunAsNonRoot),
        new("runAsUser", PodSecurityLevel.Restricted, 23, RestrictedChecks.RunAsUser),
        new("seccompProfile_restricted", PodSecurityLevel.Restricted, 19, RestrictedChecks.Seccomp) { Overrides = "seccompProfile_baseline" },
    ];

    /// <summary>Everything in which a pod does not fit a level.</summary>
    public static IReadOnlyList<Violation> Evaluate(LevelVersion policy, JsonObject metadata, JsonObject spec)
    {
        PodSecurityCheck[] active = [.. All.Where(check => check.Level <= policy.Level && check.Since <= policy.EffectiveMinor)];
        HashSet<string> overridden = [.. active.Select(check => check.Overrides).OfType<string>()];
        var pod = new PodUnderCheck(metadata, spec, policy.EffectiveMinor);
        return
        [
            .. active
                .Where(check => !overridden.Contains(check.Id))
                .Select(check => check.Check(pod))
                .OfType<Violation>(),
        ];
    }

    public static string Describe(IReadOnlyList<Violation> violations) => string.Join(", ", violations);
}

/// <summary>A pod as the rules see it.</summary>
internal sealed record PodUnderCheck(JsonObject Metadata, JsonObject Spec, int Minor)
{
    public bool IsWindows => Spec.Object("os").Text("name") == "windows";

    /// <summary>Root inside is nobody outside, so rules about root are relaxed.</summary>
    public bool HasOwnUserNamespace => Minor >= 35 && Spec.Flag("hostUsers") == false;

    public JsonObject? SecurityContext => Spec.Object("securityContext");

    public IEnumerable<JsonObject> Containers => PodSpecs.AllContainers(Spec);

    /// <summary>The names of the containers that a rule finds bad.</summary>
    public IReadOnlyList<string> Names(Func<JsonObject, bool> bad) =>
        [.. Containers.Where(bad).Select(container => container.Text("name") ?? "")];

    /// <summary>As <see cref="Names"/>, for a rule about the container's security context.</summary>
    public IReadOnlyList<string> NamesByContext(Func<JsonObject?, bool> bad) =>
        Names(container => bad(container.Object("securityContext")));

    /// <summary>"container "a"", "containers "a", "b"".</summary>
    public static string Describe(IReadOnlyList<string> names) =>
        $"{GoFormat.Plural("container", "containers", names.Count)} {GoFormat.QuoteAll(names)}";

    /// <summary>"pod and container "a"": who has set something.</summary>
    public static string DescribeSetters(bool pod, IReadOnlyList<string> containers) => string.Join(
        " and ",
        (pod ? new[] { "pod" } : []).Concat(containers.Count > 0 ? [Describe(containers)] : []));
}
