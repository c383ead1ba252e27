using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Images;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The environment of a container, and what refers to it in its command.</summary>
internal static class ContainerEnvironment
{
    /// <summary>Builds the environment: the image's, the cluster's, the container's.</summary>
    /// <exception cref="ContainerStartException">It refers to a secret or a config map: the simulated cluster has none.</exception>
    public static Dictionary<string, string> Create(ContainerSpec spec, SimulatedImage image, JsonObject pod, string hostName)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = ProgramLoader.DefaultPath, ["HOSTNAME"] = hostName };
        if (spec.Tty)
        {
            environment["TERM"] = "xterm";
        }

        foreach ((string name, string value) in image.Environment)
        {
            environment[name] = value;
        }

        AddCluster(environment);
        foreach (JsonObject source in spec.EnvironmentSources)
        {
            DemandOptional(source["configMapRef"], "configmap");
            DemandOptional(source["secretRef"], "secret");
        }

        foreach (JsonObject variable in spec.Environment)
        {
            string name = (string)variable["name"]!;
            string? value = variable["valueFrom"] is JsonObject source
                ? Resolve(source, pod)
                : Expand((string?)variable["value"] ?? "", environment);
            if (value is not null)
            {
                environment[name] = value;
            }
        }

        return environment;
    }

    /// <summary>Replaces <c>$(NAME)</c> for known names, and <c>$$</c> by <c>$</c>.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> environment)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 >= text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            int end = text[i + 1] == '(' ? text.IndexOf(')', i + 2) : -1;
            if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (end > 0 && environment.TryGetValue(text[(i + 2)..end], out string? value))
            {
                result.Append(value);
                i = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }

    private static void AddCluster(Dictionary<string, string> environment)
    {
        environment["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
        environment["KUBERNETES_SERVICE_PORT"] = "443";
        environment["KUBERNETES_SERVICE_PORT_HTTPS"] = "443";
        environment["KUBERNETES_PORT"] = "tcp://10.96.0.1:443";
        environment["KUBERNETES_PORT_443_TCP"] = "tcp://10.96.0.1:443";
        environment["KUBERNETES_PORT_443_TCP_PROTO"] = "tcp";
        environment["KUBERNETES_PORT_443_TCP_PORT"] = "443";
        environment["KUBERNETES_PORT_443_TCP_ADDR"] = "10.96.0.1";
    }

    /// <summary>The value, or null for something optional that is not there.</summary>
    private static string? Resolve(JsonObject source, JsonObject pod)
    {
        DemandOptional(source["configMapKeyRef"], "configmap");
        DemandOptional(source["secretKeyRef"], "secret");
        return (string?)source["fieldRef"]?["fieldPath"] is { } path ? ResolveField(path, pod)
            : source["resourceFieldRef"] is not null ? "0"
            : null;
    }

    private static void DemandOptional(JsonNode? reference, string kind)
    {
        if (reference is not null && (bool?)reference["optional"] != true)
        {
            throw new ContainerStartException("CreateContainerConfigError", $"{kind} \"{(string?)reference["name"]}\" not found");
        }
    }

    private static string ResolveField(string path, JsonObject pod)
    {
        int bracket = path.IndexOf("['", StringComparison.Ordinal);
        if (bracket > 0 && path.EndsWith("']", StringComparison.Ordinal))
        {
            string key = path[(bracket + 2)..^2];
            return (string?)pod["metadata"]?[path[..bracket] == "metadata.labels" ? "labels" : "annotations"]?[key] ?? "";
        }

        JsonNode? node = pod;
        foreach (string name in path.Split('.'))
        {
            node = node?[name];
        }

        return node?.ToString() ?? "";
    }
}
