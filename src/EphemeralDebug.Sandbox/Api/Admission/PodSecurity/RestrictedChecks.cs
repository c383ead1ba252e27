using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Admission.PodSecurity;

/// <summary>The rules of the level "restricted": hardening as it is best practice.</summary>
internal static class RestrictedChecks
{
    /// <summary>Since this version, what only Linux has is not asked of Windows pods.</summary>
    private const int WindowsIsRelaxed = 25;

    private static readonly HashSet<string> AllowedVolumes = new(StringComparer.Ordinal)
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
    };

    public static Violation? PrivilegeEscalation(PodUnderCheck pod)
    {
        IReadOnlyList<string> containers = pod.NamesByContext(context => context.Flag("allowPrivilegeEscalation") != false);
        return containers.Count == 0 || IsRelaxedWindows(pod)
            ? null
            : new Violation("allowPrivilegeEscalation != false", $"{PodUnderCheck.Describe(containers)} must set securityContext.allowPrivilegeEscalation=false");
    }

    public static Violation? Capabilities(PodUnderCheck pod)
    {
        static IEnumerable<string> Forbidden(JsonObject? context) =>
            context.Object("capabilities").Texts("add").Where(capability => capability != "NET_BIND_SERVICE");
        IReadOnlyList<string> keeping = pod.NamesByContext(context => !context.Object("capabilities").Texts("drop").Contains("ALL"));
        IReadOnlyList<string> adding = pod.NamesByContext(context => Forbidden(context).Any());
        var details = new List<string>();
        if (keeping.Count > 0)
        {
            details.Add($"{PodUnderCheck.Describe(keeping)} must set securityContext.capabilities.drop=[\"ALL\"]");
        }

        if (adding.Count > 0)
        {
            IEnumerable<string> added = pod.Containers
                .SelectMany(container => Forbidden(container.Object("securityContext")))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal);
            details.Add($"{PodUnderCheck.Describe(adding)} must not include {GoFormat.QuoteAll(added)} in securityContext.capabilities.add");
        }

        return details.Count == 0 || IsRelaxedWindows(pod)
            ? null
            : new Violation("unrestricted capabilities", string.Join("; ", details));
    }

    public static Violation? Volumes(PodUnderCheck pod)
    {
        (string Name, string Type)[] bad = [.. pod.Spec.Items("volumes")
            .Select(volume => (Name: volume.Text("name") ?? "", Type: volume.Select(field => field.Key).FirstOrDefault(field => field != "name") ?? "unknown"))
            .Where(volume => !AllowedVolumes.Contains(volume.Type))];
        string[] types = [.. bad.Select(volume => volume.Type).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return bad.Length == 0
            ? null
            : new Violation(
                "restricted volume types",
                $"{GoFormat.Plural("volume", "volumes", bad.Length)} {GoFormat.QuoteAll(bad.Select(volume => volume.Name))} {GoFormat.Plural("uses", "use", bad.Length)} {GoFormat.Plural("restricted volume type", "restricted volume types", types.Length)} {GoFormat.QuoteAll(types)}");
    }

    public static Violation? RunAsNonRoot(PodUnderCheck pod)
    {
        if (pod.HasOwnUserNamespace)
        {
            return null;
        }

        bool? podValue = pod.SecurityContext.Flag("runAsNonRoot");
        string setters = PodUnderCheck.DescribeSetters(podValue == false, pod.NamesByContext(context => context.Flag("runAsNonRoot") == false));
        if (setters.Length > 0)
        {
            return new Violation("runAsNonRoot != true", $"{setters} must not set securityContext.runAsNonRoot=false");
        }

        IReadOnlyList<string> unset = podValue == true ? [] : pod.NamesByContext(context => context.Flag("runAsNonRoot") is null);
        return unset.Count == 0
            ? null
            : new Violation("runAsNonRoot != true", $"pod or {PodUnderCheck.Describe(unset)} must set securityContext.runAsNonRoot=true");
    }

    public static Violation? RunAsUser(PodUnderCheck pod)
    {
        static bool Root(JsonObject? context) => context.Integer("runAsUser") == 0;
        string setters = PodUnderCheck.DescribeSetters(Root(pod.SecurityContext), pod.NamesByContext(Root));
        return setters.Length == 0 || pod.HasOwnUserNamespace
            ? null
            : new Violation("runAsUser=0", $"{setters} must not set runAsUser=0");
    }

    public static Violation? Seccomp(PodUnderCheck pod)
    {
        if (IsRelaxedWindows(pod))
        {
            return null;
        }

        if (BaselineChecks.Seccomp(pod) is { } forbidden)
        {
            return forbidden;
        }

        IReadOnlyList<string> unset = pod.SecurityContext.Has("seccompProfile")
            ? []
            : pod.NamesByContext(context => !context.Has("seccompProfile"));
        return unset.Count == 0
            ? null
            : new Violation("seccompProfile", $"pod or {PodUnderCheck.Describe(unset)} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }

    private static bool IsRelaxedWindows(PodUnderCheck pod) => pod.IsWindows && pod.Minor >= WindowsIsRelaxed;
}
