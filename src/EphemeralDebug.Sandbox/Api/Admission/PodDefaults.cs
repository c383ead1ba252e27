using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Admission;

/// <summary>What the API server fills in where a pod leaves something out, on every way of writing it.</summary>
internal static partial class PodDefaults
{
    private const string DefaultTerminationMessagePath = "/dev/termination-log";

    /// <summary>Sources of a volume that hold files; their mode is 0644.</summary>
    private static readonly string[] FileSources = ["secret", "configMap", "downwardAPI", "projected"];

    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];

    public static void Apply(JsonObject pod)
    {
        JsonObject spec = pod.GetOrAddObject("spec");
        Set(spec, "restartPolicy", "Always");
        Set(spec, "terminationGracePeriodSeconds", 30L);
        Set(spec, "dnsPolicy", "ClusterFirst");
        Set(spec, "schedulerName", "default-scheduler");
        Set(spec, "enableServiceLinks", true);
        spec["securityContext"] ??= new JsonObject();
        if (spec.Text("serviceAccountName") is { Length: > 0 } serviceAccount)
        {
            spec["serviceAccount"] = serviceAccount;
        }

        foreach (JsonObject volume in spec.Items("volumes"))
        {
            ApplyToVolume(volume);
        }

        ApplyToContainers(spec);
    }

    /// <summary>The defaults of all containers of a specification.</summary>
    public static void ApplyToContainers(JsonObject spec)
    {
        foreach (JsonObject container in PodSpecs.AllContainers(spec))
        {
            ApplyToContainer(container, hostNetwork: spec.Flag("hostNetwork") == true);
        }
    }

    /// <summary>
    /// An image without a tag, or with the tag "latest", is pulled always; what is no image reference at all has no tag
    /// that could be missing.
    /// </summary>
    private static string PullPolicy(string image)
    {
        Match reference = ImageReference().Match(image);
        bool latest = reference.Success
            && (reference.Groups["tag"].Success ? reference.Groups["tag"].Value == "latest" : !reference.Groups["digest"].Success);
        return latest ? "Always" : "IfNotPresent";
    }

    [GeneratedRegex(
        """
        ^(?:[A-Za-z0-9][-A-Za-z0-9.]*(?::[0-9]+)?/)?
        [a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*
        (?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,}))?\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex ImageReference();

    private static void ApplyToContainer(JsonObject container, bool hostNetwork)
    {
        Set(container, "terminationMessagePath", DefaultTerminationMessagePath);
        Set(container, "terminationMessagePolicy", "File");
        Set(container, "imagePullPolicy", PullPolicy(container.Text("image") ?? ""));
        ApplyToResources(container.Object("resources"));
        foreach (JsonObject port in container.Items("ports"))
        {
            Set(port, "protocol", "TCP");
            if (hostNetwork && port["containerPort"] is { } number)
            {
                port["hostPort"] ??= number.DeepClone();
            }
        }

        foreach (JsonObject source in container.Items("env").Select(variable => variable.Object("valueFrom")).OfType<JsonObject>())
        {
            ApplyToFieldReference(source);
        }

        foreach (JsonObject probe in Probes.Select(container.Object).OfType<JsonObject>())
        {
            Set(probe, "timeoutSeconds", 1L);
            Set(probe, "periodSeconds", 10L);
            Set(probe, "successThreshold", 1L);
            Set(probe, "failureThreshold", 3L);
            if (probe.Object("httpGet") is { } get)
            {
                Set(get, "path", "/");
                Set(get, "scheme", "HTTP");
            }
        }
    }

    private static void ApplyToResources(JsonObject? resources)
    {
        if (resources.Object("limits") is not { } limits)
        {
            return;
        }

        JsonObject requests = resources!.GetOrAddObject("requests");
        foreach ((string name, JsonNode? limit) in limits)
        {
            requests[name] ??= limit?.DeepClone();
        }
    }

    private static void ApplyToVolume(JsonObject volume)
    {
        if (volume.Count == 1 && volume.Has("name"))
        {
            volume["emptyDir"] = new JsonObject();
        }

        if (volume.Object("hostPath") is { } hostPath)
        {
            hostPath["type"] ??= "";
        }

        foreach (JsonObject source in FileSources.Select(volume.Object).OfType<JsonObject>())
        {
            Set(source, "defaultMode", 420L);
        }

        IEnumerable<JsonObject> projections = volume.Object("projected").Items("sources");
        foreach (JsonObject token in projections.Select(source => source.Object("serviceAccountToken")).OfType<JsonObject>())
        {
            Set(token, "expirationSeconds", 3600L);
        }

        IEnumerable<JsonObject> downward = projections.Select(source => source.Object("downwardAPI"))
            .Append(volume.Object("downwardAPI"))
            .OfType<JsonObject>();
        foreach (JsonObject item in downward.SelectMany(source => source.Items("items")))
        {
            ApplyToFieldReference(item);
        }
    }

    private static void ApplyToFieldReference(JsonObject source)
    {
        if (source.Object("fieldRef") is { } field)
        {
            Set(field, "apiVersion", "v1");
        }
    }

    /// <summary>Sets what is missing or has its zero value.</summary>
    private static void Set(JsonObject target, string name, JsonValue value)
    {
        if (target[name] is null || target.Text(name) is "")
        {
            target[name] = value;
        }
    }

    private static void Set(JsonObject target, string name, string value) => Set(target, name, JsonValue.Create(value));

    private static void Set(JsonObject target, string name, long value) => Set(target, name, JsonValue.Create(value));

    private static void Set(JsonObject target, string name, bool value) => Set(target, name, JsonValue.Create(value));
}
