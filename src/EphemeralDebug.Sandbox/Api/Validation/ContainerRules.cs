using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Validation;

/// <summary>What every container, of whatever kind, has to fulfil; in the order in which the API server tells it.</summary>
internal class ContainerRules(IReadOnlyDictionary<string, JsonObject> volumes, bool hostUsers)
{
    private static readonly string[] TerminationMessagePolicies = ["File", "FallbackToLogsOnError"];
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];
    private static readonly string[] MountPropagations = ["Bidirectional", "HostToContainer", "None"];
    private static readonly string[] ResizableResources = ["cpu", "memory"];
    private static readonly string[] ResizePolicies = ["NotRequired", "RestartContainer"];

    public IEnumerable<FieldError> Check(JsonObject container, string path)
    {
        IEnumerable<FieldError>[] rules =
        [
            Name(container.Text("name") ?? "", path),
            OneRequired(container.Text("image"), $"{path}.image"),
            TerminationMessagePolicy(container.Text("terminationMessagePolicy"), $"{path}.terminationMessagePolicy"),
            Ports(container, $"{path}.ports"),
            EnvironmentRules.Variables(container, $"{path}.env", VariableName),
            EnvironmentRules.Sources(container, $"{path}.envFrom"),
            VolumeMounts(container, $"{path}.volumeMounts"),
            VolumeDevices(container, $"{path}.volumeDevices"),
            OneOf(container.Text("imagePullPolicy"), PullPolicies, $"{path}.imagePullPolicy"),
            ResourceRules.Check(container.Object("resources"), $"{path}.resources"),
            ResizePolicy(container, $"{path}.resizePolicy"),
            SecurityContextRules.Container(container.Object("securityContext"), $"{path}.securityContext", hostUsers, ShowSecurityContext),
        ];
        return rules.SelectMany(errors => errors);
    }

    protected virtual IEnumerable<FieldError> TerminationMessagePolicy(string? policy, string path) =>
        OneOf(policy, TerminationMessagePolicies, path);

    /// <summary>What is wrong with the container's name.</summary>
    protected virtual IEnumerable<string> NameProblems(string name) => NameRules.DnsLabel(name);

    /// <summary>What is wrong with the name of a variable.</summary>
    protected virtual IEnumerable<string> VariableName(string name) => NameRules.EnvironmentVariable(name);

    /// <summary>A security context as refusals show it.</summary>
    protected virtual string ShowSecurityContext(JsonObject context) => InternalForm.Compact(SchemaCatalog.SecurityContext, context);

    /// <summary>What is asked of a pod's containers beyond those of a template.</summary>
    public static IEnumerable<FieldError> ImageOfPod(JsonObject container, string path)
    {
        if (container.Text("image") is { } image && image.Trim() != image)
        {
            yield return FieldError.Invalid($"{path}.image", image, "must not have leading or trailing whitespace");
        }
    }

    public static IEnumerable<FieldError> OneOf(string? value, string[] supported, string path)
    {
        if (string.IsNullOrEmpty(value))
        {
            yield return FieldError.Required(path);
        }
        else if (!supported.Contains(value, StringComparer.Ordinal))
        {
            yield return FieldError.NotSupported(path, value, supported);
        }
    }

    private static IEnumerable<FieldError> OneRequired(string? value, string path)
    {
        if (string.IsNullOrEmpty(value))
        {
            yield return FieldError.Required(path);
        }
    }

    private IEnumerable<FieldError> Name(string name, string path) => name.Length == 0
        ? [FieldError.Required($"{path}.name")]
        : NameProblems(name).Select(problem => FieldError.Invalid($"{path}.name", name, problem));

    private static IEnumerable<FieldError> Ports(JsonObject container, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int index, JsonObject port) in container.Items("ports").Index())
        {
            string at = $"{path}[{index}]";
            if (port.Text("name") is { Length: > 0 } name)
            {
                string[] problems = [.. NameRules.PortName(name)];
                foreach (string problem in problems)
                {
                    yield return FieldError.Invalid($"{at}.name", name, problem);
                }

                if (problems.Length == 0 && !names.Add(name))
                {
                    yield return FieldError.Duplicate($"{at}.name", name);
                }
            }

            long number = port.Integer("containerPort") ?? 0;
            foreach (FieldError error in number == 0 ? [FieldError.Required($"{at}.containerPort")] : PortNumber(number, $"{at}.containerPort"))
            {
                yield return error;
            }

            if (port.Integer("hostPort") is { } hostPort and not 0)
            {
                foreach (FieldError error in PortNumber(hostPort, $"{at}.hostPort"))
                {
                    yield return error;
                }
            }

            foreach (FieldError error in OneOf(port.Text("protocol"), Protocols, $"{at}.protocol"))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> PortNumber(long number, string path) =>
        NameRules.PortNumber(number).Select(problem => FieldError.Invalid(path, number, problem));

    private IEnumerable<FieldError> VolumeMounts(JsonObject container, string path)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var devices = container.Items("volumeDevices").ToLookup(device => device.Text("name"), device => device.Text("devicePath"));
        foreach ((int index, JsonObject mount) in container.Items("volumeMounts").Index())
        {
            string at = $"{path}[{index}]";
            string name = mount.Text("name") ?? "";
            string mountPath = mount.Text("mountPath") ?? "";
            if (name.Length == 0)
            {
                yield return FieldError.Required($"{at}.name");
            }

            if (!volumes.ContainsKey(name))
            {
                yield return FieldError.NotFound($"{at}.name", name);
            }

            if (mountPath.Length == 0)
            {
                yield return FieldError.Required($"{at}.mountPath");
            }

            if (!paths.Add(mountPath))
            {
                yield return FieldError.Invalid($"{at}.mountPath", mountPath, "must be unique");
            }

            if (devices.Contains(name))
            {
                yield return FieldError.Invalid($"{at}.name", name, "must not already exist in volumeDevices");
            }

            if (devices.Any(group => group.Contains(mountPath)))
            {
                yield return FieldError.Invalid($"{at}.mountPath", mountPath, "must not already exist as a path in volumeDevices");
            }

            foreach (FieldError error in MountOptions(container, mount, path, at))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> MountOptions(JsonObject container, JsonObject mount, string path, string at)
    {
        string subPath = mount.Text("subPath") ?? "";
        string expression = mount.Text("subPathExpr") ?? "";
        foreach (FieldError error in DescendingPath(subPath, $"{path}.subPath"))
        {
            yield return error;
        }

        if (subPath.Length > 0 && expression.Length > 0)
        {
            yield return FieldError.Invalid($"{at}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive");
        }

        foreach (FieldError error in DescendingPath(expression, $"{path}.subPathExpr"))
        {
            yield return error;
        }

        if (mount.Text("mountPropagation") is { } propagation)
        {
            if (!MountPropagations.Contains(propagation, StringComparer.Ordinal))
            {
                yield return FieldError.NotSupported($"{path}.mountPropagation", propagation, MountPropagations);
            }
            else if (propagation == "Bidirectional" && container.Object("securityContext").Flag("privileged") != true)
            {
                yield return FieldError.Forbidden($"{path}.mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
            }
        }
    }

    private static IEnumerable<FieldError> DescendingPath(string value, string path)
    {
        if (value.StartsWith('/'))
        {
            yield return FieldError.Invalid(path, value, "must be a relative path");
        }

        if (value.Split('/').Contains(".."))
        {
            yield return FieldError.Invalid(path, value, "must not contain '..'");
        }
    }

    private IEnumerable<FieldError> VolumeDevices(JsonObject container, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int index, JsonObject device) in container.Items("volumeDevices").Index())
        {
            string at = $"{path}[{index}]";
            string name = device.Text("name") ?? "";
            string devicePath = device.Text("devicePath") ?? "";
            if (name.Length == 0)
            {
                yield return FieldError.Required($"{at}.name");
            }
            else if (!names.Add(name))
            {
                yield return FieldError.Invalid($"{at}.name", name, "must be unique");
            }

            if (!volumes.TryGetValue(name, out JsonObject? volume))
            {
                yield return FieldError.NotFound($"{at}.name", name);
            }
            else if (!volume.Has("persistentVolumeClaim") && !volume.Has("ephemeral"))
            {
                yield return FieldError.Invalid($"{at}.name", name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }

            if (devicePath.Length == 0)
            {
                yield return FieldError.Required($"{at}.devicePath");
            }

            if (devicePath.Split('/').Contains(".."))
            {
                yield return FieldError.Invalid($"{at}.devicePath", devicePath, "can not contain backsteps ('..')");
            }
            else if (!paths.Add(devicePath))
            {
                yield return FieldError.Invalid($"{at}.devicePath", devicePath, "must be unique");
            }

            if (container.Items("volumeMounts").Any(mount => mount.Text("name") == name))
            {
                yield return FieldError.Invalid($"{at}.name", name, "must not already exist in volumeMounts");
            }
        }
    }

    private static IEnumerable<FieldError> ResizePolicy(JsonObject container, string path)
    {
        foreach ((int index, JsonObject policy) in container.Items("resizePolicy").Index())
        {
            IEnumerable<FieldError> errors =
            [
                .. OneOf(policy.Text("resourceName"), ResizableResources, $"{path}[{index}].resourceName"),
                .. OneOf(policy.Text("restartPolicy"), ResizePolicies, $"{path}[{index}].restartPolicy"),
            ];
            foreach (FieldError error in errors)
            {
                yield return error;
            }
        }
    }
}
