using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Admission.PodSecurity;

/// <summary>The rules of the level "baseline": no known privilege escalations.</summary>
internal static class BaselineChecks
{
    private const string AppArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

    private static readonly HashSet<string> DefaultCapabilities = new(StringComparer.Ordinal)
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    };

    private static readonly (string Name, int Since)[] SafeSysctls =
    [
        ("kernel.shm_rmid_forced", 0), ("net.ipv4.ip_local_port_range", 0), ("net.ipv4.tcp_syncookies", 0),
        ("net.ipv4.ping_group_range", 0), ("net.ipv4.ip_unprivileged_port_start", 0), ("net.ipv4.ip_local_reserved_ports", 27),
        ("net.ipv4.tcp_keepalive_time", 29), ("net.ipv4.tcp_fin_timeout", 29), ("net.ipv4.tcp_keepalive_intvl", 29),
        ("net.ipv4.tcp_keepalive_probes", 29), ("net.ipv4.tcp_rmem", 32), ("net.ipv4.tcp_wmem", 32),
    ];

    private static readonly string[] HostNamespaceFields = ["hostNetwork", "hostPID", "hostIPC"];
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] Hooks = ["postStart", "preStop"];
    private static readonly string[] HostActions = ["httpGet", "tcpSocket"];

    public static Violation? AppArmor(PodUnderCheck pod)
    {
        static string? BadType(JsonObject? context) =>
            context.Object("appArmorProfile") is { } profile && profile.Text("type") is not ("RuntimeDefault" or "Localhost")
                ? profile.Text("type") ?? ""
                : null;
        bool podIsBad = BadType(pod.SecurityContext) is not null;
        IReadOnlyList<string> containers = pod.NamesByContext(context => BadType(context) is not null);
        List<string> values = [.. Contexts(pod).Select(BadType).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] annotations = [.. (pod.Metadata.Object("annotations") ?? [])
            .Where(entry => entry.Key.StartsWith(AppArmorAnnotation, StringComparison.Ordinal) && !IsAllowedAppArmor(entry.Value.AsText() ?? ""))
            .Select(entry => $"{entry.Key}={GoFormat.Quote(entry.Value.AsText() ?? "")}")
            .Order(StringComparer.Ordinal)];
        string[] setters = [PodUnderCheck.DescribeSetters(podIsBad, containers), annotations.Length > 0 ? GoFormat.Plural("annotation", "annotations", annotations.Length) : ""];
        values.AddRange(annotations);
        return values.Count == 0
            ? null
            : new Violation(
                GoFormat.Plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.Count),
                $"{string.Join(" and ", setters.Where(setter => setter.Length > 0))} must not set AppArmor profile type to {GoFormat.QuoteAll(values)}");
    }

    public static Violation? Capabilities(PodUnderCheck pod)
    {
        static IEnumerable<string> Added(JsonObject? context) =>
            context.Object("capabilities").Texts("add").Where(capability => !DefaultCapabilities.Contains(capability));
        IReadOnlyList<string> containers = pod.NamesByContext(context => Added(context).Any());
        return containers.Count == 0
            ? null
            : new Violation(
                "non-default capabilities",
                $"{PodUnderCheck.Describe(containers)} must not include {Sorted(ContainerContexts(pod).SelectMany(Added))} in securityContext.capabilities.add");
    }

    public static Violation? HostNamespaces(PodUnderCheck pod)
    {
        string[] shared = [.. HostNamespaceFields.Where(field => pod.Spec.Flag(field) == true).Select(field => $"{field}=true")];
        return shared.Length == 0 ? null : new Violation("host namespaces", string.Join(", ", shared));
    }

    public static Violation? HostPathVolumes(PodUnderCheck pod)
    {
        string[] volumes = [.. pod.Spec.Items("volumes").Where(volume => volume.Has("hostPath")).Select(volume => volume.Text("name") ?? "")];
        return volumes.Length == 0
            ? null
            : new Violation("hostPath volumes", $"{GoFormat.Plural("volume", "volumes", volumes.Length)} {GoFormat.QuoteAll(volumes)}");
    }

    public static Violation? HostPorts(PodUnderCheck pod)
    {
        static IEnumerable<string> Used(JsonObject container) => container.Items("ports")
            .Select(port => port.Integer("hostPort") ?? 0)
            .Where(port => port != 0)
            .Select(GoFormat.Number);
        IReadOnlyList<string> containers = pod.Names(container => Used(container).Any());
        string[] ports = [.. pod.Containers.SelectMany(Used).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return containers.Count == 0
            ? null
            : new Violation("hostPort", $"{PodUnderCheck.Describe(containers)} {GoFormat.Plural("uses", "use", containers.Count)} {GoFormat.Plural("hostPort", "hostPorts", ports.Length)} {string.Join(", ", ports)}");
    }

    public static Violation? HostProbes(PodUnderCheck pod)
    {
        static IEnumerable<string> Hosts(JsonObject container) => Probes.Select(container.Object)
            .Concat(Hooks.Select(hook => container.Object("lifecycle").Object(hook)))
            .SelectMany(handler => HostActions.Select(action => handler.Object(action).Text("host")))
            .Where(host => !string.IsNullOrEmpty(host))
            .OfType<string>();
        string[] containers = [.. pod.Names(container => Hosts(container).Any()).Order(StringComparer.Ordinal)];
        string[] hosts = [.. pod.Containers.SelectMany(Hosts).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return containers.Length == 0
            ? null
            : new Violation("probe or lifecycle host", $"{PodUnderCheck.Describe(containers)} {GoFormat.Plural("uses", "use", containers.Length)} {GoFormat.Plural("probe or lifecycle host", "probe or lifecycle hosts", hosts.Length)} {GoFormat.QuoteAll(hosts)}");
    }

    public static Violation? Privileged(PodUnderCheck pod)
    {
        IReadOnlyList<string> containers = pod.NamesByContext(context => context.Flag("privileged") == true);
        return containers.Count == 0
            ? null
            : new Violation("privileged", $"{PodUnderCheck.Describe(containers)} must not set securityContext.privileged=true");
    }

    public static Violation? ProcMount(PodUnderCheck pod) => pod.HasOwnUserNamespace ? null : StrictProcMount(pod);

    public static Violation? StrictProcMount(PodUnderCheck pod)
    {
        static string? Bad(JsonObject? context) => context.Text("procMount") is { } mount and not "Default" ? mount : null;
        IReadOnlyList<string> containers = pod.NamesByContext(context => Bad(context) is not null);
        return containers.Count == 0
            ? null
            : new Violation("procMount", $"{PodUnderCheck.Describe(containers)} must not set securityContext.procMount to {Sorted(ContainerContexts(pod).Select(Bad).OfType<string>())}");
    }

    public static Violation? SeLinux(PodUnderCheck pod)
    {
        bool BadType(JsonObject options) => options.Text("type") switch
        {
            null or "" or "container_t" or "container_init_t" or "container_kvm_t" => false,
            "container_engine_t" => pod.Minor < 31,
            _ => true,
        };
        bool Bad(JsonObject? context) => context.Object("seLinuxOptions") is { } options
            && (BadType(options) || !string.IsNullOrEmpty(options.Text("user")) || !string.IsNullOrEmpty(options.Text("role")));
        IReadOnlyList<string> containers = pod.NamesByContext(Bad);
        string setters = PodUnderCheck.DescribeSetters(Bad(pod.SecurityContext), containers);
        if (setters.Length == 0)
        {
            return null;
        }

        JsonObject[] options = [.. Contexts(pod).Select(context => context.Object("seLinuxOptions")).OfType<JsonObject>()];
        string[] types = [.. options.Where(BadType).Select(option => option.Text("type")!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        IEnumerable<string> data =
        [
            .. types.Length > 0 ? [$"{GoFormat.Plural("type", "types", types.Length)} {GoFormat.QuoteAll(types)}"] : Array.Empty<string>(),
            .. Array.Exists(options, option => !string.IsNullOrEmpty(option.Text("user"))) ? ["user may not be set"] : Array.Empty<string>(),
            .. Array.Exists(options, option => !string.IsNullOrEmpty(option.Text("role"))) ? ["role may not be set"] : Array.Empty<string>(),
        ];
        return new Violation("seLinuxOptions", $"{setters} set forbidden securityContext.seLinuxOptions: {string.Join("; ", data)}");
    }

    public static Violation? Seccomp(PodUnderCheck pod)
    {
        IReadOnlyList<string> containers = pod.NamesByContext(context => ForbiddenSeccomp(context) is not null);
        string setters = PodUnderCheck.DescribeSetters(ForbiddenSeccomp(pod.SecurityContext) is not null, containers);
        return setters.Length == 0
            ? null
            : new Violation("seccompProfile", $"{setters} must not set securityContext.seccompProfile.type to {Sorted(Contexts(pod).Select(ForbiddenSeccomp).OfType<string>())}");
    }

    /// <summary>The type of a seccomp profile that is neither the runtime's nor one of the node's.</summary>
    public static string? ForbiddenSeccomp(JsonObject? context) =>
        context.Object("seccompProfile") is { } profile && profile.Text("type") is not ("RuntimeDefault" or "Localhost")
            ? profile.Text("type") ?? ""
            : null;

    public static Violation? Sysctls(PodUnderCheck pod)
    {
        string[] forbidden = [.. pod.SecurityContext.Items("sysctls")
            .Select(sysctl => sysctl.Text("name") ?? "")
            .Where(name => !SafeSysctls.Any(safe => safe.Name == name && safe.Since <= pod.Minor))];
        return forbidden.Length == 0 ? null : new Violation("forbidden sysctls", string.Join(", ", forbidden));
    }

    public static Violation? WindowsHostProcess(PodUnderCheck pod)
    {
        static bool Bad(JsonObject? context) => context.Object("windowsOptions").Flag("hostProcess") == true;
        string setters = PodUnderCheck.DescribeSetters(Bad(pod.SecurityContext), pod.NamesByContext(Bad));
        return setters.Length == 0
            ? null
            : new Violation("hostProcess", $"{setters} must not set securityContext.windowsOptions.hostProcess=true");
    }

    private static bool IsAllowedAppArmor(string profile) =>
        profile.Length == 0 || profile == "runtime/default" || profile.StartsWith("localhost/", StringComparison.Ordinal);

    private static IEnumerable<JsonObject?> ContainerContexts(PodUnderCheck pod) =>
        pod.Containers.Select(container => container.Object("securityContext"));

    private static IEnumerable<JsonObject?> Contexts(PodUnderCheck pod) => ContainerContexts(pod).Prepend(pod.SecurityContext);

    private static string Sorted(IEnumerable<string> values) =>
        GoFormat.QuoteAll(values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
