using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>The security contexts of pods and containers, and what an operating system does not have.</summary>
internal static class SecurityContextRules
{
    private const string NotOnWindows = "cannot be set for a windows pod";
    private const string NotOnLinux = "windows options cannot be set for a linux pod";

    private static readonly string[] SeccompTypes = ["Localhost", "RuntimeDefault", "Unconfined"];
    private static readonly string[] ProcMounts = ["Default", "Unmasked"];
    private static readonly string[] FsGroupChangePolicies = ["Always", "OnRootMismatch"];
    private static readonly string[] OperatingSystems = ["linux", "windows"];

    /// <summary>Fields of a container's context that Windows does not have, in the order in which they are told.</summary>
    private static readonly string[] LinuxFieldsOfContainer =
    [
        "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
        "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
    ];

    private static readonly string[] LinuxFieldsOfPod = ["hostPID", "hostIPC"];

    private static readonly string[] LinuxFieldsOfPodContext =
    [
        "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser", "runAsGroup",
        "supplementalGroups", "supplementalGroupsPolicy",
    ];

    public static IEnumerable<FieldError> Container(
        JsonObject? context, string path, bool hostUsers, Func<JsonObject, string> show) => context is null
        ? []
        : [
            .. Id(context, "runAsUser", path),
            .. Id(context, "runAsGroup", path),
            .. ProcMount(context, $"{path}.procMount", hostUsers),
            .. LocalhostProfile(context.Object("seccompProfile"), $"{path}.seccompProfile", "seccomp", SeccompTypes),
            .. Escalation(context, path, show),
            .. WindowsOptions(context.Object("windowsOptions"), $"{path}.windowsOptions"),
            .. LocalhostProfile(context.Object("appArmorProfile"), $"{path}.appArmorProfile", "AppArmor", SeccompTypes),
        ];

    public static IEnumerable<FieldError> Pod(JsonObject spec, string path)
    {
        if (spec.Object("securityContext") is not { } context)
        {
            return [];
        }

        string at = $"{path}.securityContext";
        return
        [
            .. Id(context, "fsGroup", at),
            .. Id(context, "runAsUser", at),
            .. Id(context, "runAsGroup", at),
            .. LocalhostProfile(context.Object("seccompProfile"), $"{at}.seccompProfile", "seccomp", SeccompTypes),
            .. context.Text("fsGroupChangePolicy") is { } policy && !FsGroupChangePolicies.Contains(policy, StringComparer.Ordinal)
                ? [FieldError.NotSupported($"{at}.fsGroupChangePolicy", policy, FsGroupChangePolicies)]
                : Array.Empty<FieldError>(),
            .. WindowsOptions(context.Object("windowsOptions"), $"{at}.windowsOptions"),
        ];
    }

    /// <summary>What the pod's declared operating system does not have.</summary>
    public static IEnumerable<FieldError> OperatingSystem(JsonObject spec, string path)
    {
        if (spec.Object("os") is not { } os)
        {
            return [];
        }

        string name = os.Text("name") ?? "";
        return name switch
        {
            "windows" => Windows(spec, path),
            "linux" => Linux(spec, path),
            "" => [FieldError.Required($"{path}.os.name")],
            _ => [FieldError.NotSupported($"{path}.os.name", name, OperatingSystems)],
        };
    }

    private static IEnumerable<FieldError> Windows(JsonObject spec, string path) =>
    [
        .. LinuxFieldsOfPod.Where(field => spec.Flag(field) == true).Select(field => FieldError.Forbidden($"{path}.{field}", NotOnWindows)),
        .. Set(spec.Object("securityContext"), LinuxFieldsOfPodContext, $"{path}.securityContext"),
        .. spec.Flag("shareProcessNamespace") is not null
            ? [FieldError.Forbidden($"{path}.shareProcessNamespace", NotOnWindows)]
            : Array.Empty<FieldError>(),
        .. Containers(spec, path).SelectMany(entry => Set(entry.Container.Object("securityContext"), LinuxFieldsOfContainer, $"{entry.Path}.securityContext")),
    ];

    private static IEnumerable<FieldError> Linux(JsonObject spec, string path) =>
        Containers(spec, path).Prepend((Path: path, Container: spec))
            .Where(entry => entry.Container.Object("securityContext").Has("windowsOptions"))
            .Select(entry => FieldError.Forbidden($"{entry.Path}.securityContext.windowsOptions", NotOnLinux));

    private static IEnumerable<(string Path, JsonObject Container)> Containers(JsonObject spec, string path) =>
        PodSpecs.ContainerLists.SelectMany(list => spec.Items(list).Select((container, index) => ($"{path}.{list}[{index}]", container)));

    private static IEnumerable<FieldError> Set(JsonObject? context, string[] fields, string path) =>
        fields.Where(field => context.Has(field)).Select(field => FieldError.Forbidden($"{path}.{field}", NotOnWindows));

    private static IEnumerable<FieldError> Id(JsonObject context, string field, string path)
    {
        if (context.Integer(field) is { } id && id is < 0 or > int.MaxValue)
        {
            yield return FieldError.Invalid($"{path}.{field}", context.Integer(field)!.Value, "must be between 0 and 2147483647, inclusive");
        }
    }

    private static IEnumerable<FieldError> ProcMount(JsonObject context, string path, bool hostUsers)
    {
        if (context.Text("procMount") is not { } mount)
        {
            yield break;
        }

        if (!ProcMounts.Contains(mount, StringComparer.Ordinal))
        {
            yield return FieldError.NotSupported(path, mount, ProcMounts);
        }
        else if (hostUsers && mount != "Default")
        {
            yield return FieldError.Invalid(path, mount, "`hostUsers` must be false to use `Unmasked`");
        }
    }

    private static IEnumerable<FieldError> LocalhostProfile(JsonObject? profile, string path, string subject, string[] types)
    {
        if (profile is null)
        {
            yield break;
        }

        string type = profile.Text("type") ?? "";
        string? localhost = profile.Text("localhostProfile");
        if (type.Length == 0)
        {
            yield return FieldError.Required($"{path}.type", $"type is required when {subject}Profile is set");
        }
        else if (type == "Localhost" && string.IsNullOrEmpty(localhost))
        {
            yield return FieldError.Required($"{path}.localhostProfile", $"must be set when {subject} type is Localhost");
        }
        else if (type != "Localhost" && localhost is not null)
        {
            yield return FieldError.Invalid($"{path}.localhostProfile", localhost, $"can only be set when {subject} type is Localhost");
        }

        if (type.Length > 0 && !types.Contains(type, StringComparer.Ordinal))
        {
            yield return FieldError.NotSupported($"{path}.type", type, types);
        }
    }

    private static IEnumerable<FieldError> Escalation(JsonObject context, string path, Func<JsonObject, string> show)
    {
        if (context.Flag("allowPrivilegeEscalation") != false)
        {
            yield break;
        }

        string shown = show(context);
        if (context.Flag("privileged") == true)
        {
            yield return FieldError.InvalidValue(path, shown, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }

        if (context.Object("capabilities").Texts("add").Contains("CAP_SYS_ADMIN"))
        {
            yield return FieldError.InvalidValue(path, shown, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
    }

    private static IEnumerable<FieldError> WindowsOptions(JsonObject? options, string path)
    {
        if (options.Text("runAsUserName") is { } name && name.Length == 0)
        {
            yield return FieldError.Invalid($"{path}.runAsUserName", name, "runAsUserName cannot be an empty string");
        }
    }
}
