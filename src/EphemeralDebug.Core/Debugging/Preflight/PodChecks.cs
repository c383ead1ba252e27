using System.Net;
using System.Text.Json.Nodes;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.FeatureGates;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>Checks of one pod: whether ephemeral containers can be added to it and will start.</summary>
internal static class PodChecks
{
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";
    private const string CopyInstead = "Debug a copy of the pod instead.";

    public static IEnumerable<EphemeralClusterCheck> All(PreflightFacts facts)
    {
        if (facts.Pod is not { } answer)
        {
            return [];
        }

        return answer.Value is not JsonObject pod
            ? [Unreadable(facts.Subject, answer)]
            : [
                State(facts.Subject, pod),
                Static(pod),
                .. Target(facts.Subject, pod),
                Node(pod, facts.Node?.Value),
                Kubelet(pod, facts.Node?.Value),
                EarlierContainers(pod, facts.Namespace.Value),
                PullSecrets(pod),
            ];
    }

    private static EphemeralClusterCheck Unreadable(PreflightSubject subject, Answer<JsonObject> answer) =>
        answer.Refusal == HttpStatusCode.NotFound
            ? Required("Pod", passed: false, $"There is no pod '{subject.Namespace}/{subject.Pod}'.", answer.Failure!.RecommendedAction)
            : Required("Pod", passed: null, $"The pod could not be read: {answer.Failure!.Message}");

    private static EphemeralClusterCheck State(PreflightSubject subject, JsonObject pod)
    {
        string name = $"Pod '{subject.Namespace}/{subject.Pod}'";
        string phase = pod["status"]?["phase"].Text() ?? "Unknown";
        if (pod["metadata"]?["deletionTimestamp"] is not null)
        {
            return Required("Pod", passed: false, $"{name} is being deleted: a container would be accepted and never start.", "Take the pod that replaces it.");
        }

        return phase switch
        {
            "Succeeded" or "Failed" => Required("Pod", passed: false, $"{name} has ended ({phase}): a container would be accepted and never start.", CopyInstead),
            "Pending" when pod["spec"]?["nodeName"].Text() is null => Required(
                "Pod", passed: false, $"{name} has no node yet: a container would be accepted and start when it has one.", "See the pod's events for why it is not scheduled (kubectl describe pod)."),
            "Running" or "Pending" => Required("Pod", passed: true, $"{name} is {phase}."),
            _ => Required("Pod", passed: null, $"{name} is in phase {ControlCharacters.MakeVisible(phase)}: its node does not report."),
        };
    }

    private static EphemeralClusterCheck Static(JsonObject pod) => pod["metadata"]?["annotations"]?[MirrorAnnotation] is null
        ? Required("StaticPod", passed: true, "It is no static pod.")
        : Required("StaticPod", passed: false, "It is a static pod, run from a file of its node; such pods have no ephemeral containers.", CopyInstead);

    private static IEnumerable<EphemeralClusterCheck> Target(PreflightSubject subject, JsonObject pod)
    {
        if (subject.Target is not { } target)
        {
            yield break;
        }

        string[] names = [.. Named(pod, "containers"), .. Named(pod, "initContainers")];
        JsonNode? status = new[] { "containerStatuses", "initContainerStatuses" }
            .SelectMany(list => pod["status"]?[list] as JsonArray ?? [])
            .FirstOrDefault(item => item?["name"].Text() == target);
        if (!names.Contains(target, StringComparer.Ordinal))
        {
            yield return Required(
                "Target", passed: false, $"The pod has no container '{target}'.", $"Its containers are: {string.Join(", ", names.Select(ControlCharacters.MakeVisible))}.");
        }
        else if (status?["state"]?["running"] is not null)
        {
            yield return Required("Target", passed: true, $"Container '{target}' is running.");
        }
        else
        {
            string? why = status?["state"]?["waiting"]?["reason"].Text() ?? status?["state"]?["terminated"]?["reason"].Text();
            yield return Required(
                "Target",
                passed: false,
                $"Container '{target}' is not running{(why is null ? "" : $" ({ControlCharacters.MakeVisible(why)})")}: a container that joins its processes can't start.",
                "Wait until it runs, leave -Target out, or debug a copy of the pod with another command.");
        }
    }

    private static EphemeralClusterCheck Node(JsonObject pod, JsonObject? node)
    {
        string? system = pod["spec"]?["os"]?["name"].Text() ?? node?["status"]?["nodeInfo"]?["operatingSystem"].Text();
        return system switch
        {
            null => Optional("NodeOperatingSystem", passed: null, "The node's operating system could not be read."),
            "windows" => Optional("NodeOperatingSystem", passed: true, "The node runs Windows: the image has to be one for Windows of its version, with a shell of its own."),
            _ => Optional("NodeOperatingSystem", passed: true, $"The node runs {ControlCharacters.MakeVisible(system)}."),
        };
    }

    private static EphemeralClusterCheck Kubelet(JsonObject pod, JsonObject? node)
    {
        string? text = node?["status"]?["nodeInfo"]?["kubeletVersion"].Text();
        if (KubernetesVersion.Parse(text) is not { } version)
        {
            return Required("Kubelet", passed: null, pod["spec"]?["nodeName"] is null ? "The pod has no node yet." : "The version of the node's kubelet could not be read.");
        }

        string shown = ControlCharacters.MakeVisible(text!);
        return version switch
        {
            _ when version < GateHistory.Alpha => Required("Kubelet", passed: false, $"The node's kubelet ({shown}) knows no ephemeral containers.", "Upgrade the node."),
            _ when version < GateHistory.OnByDefault => Required(
                "Kubelet",
                passed: null,
                $"The node's kubelet ({shown}) starts ephemeral containers only with the feature gate EphemeralContainers, which can't be seen from here.",
                "On the node: Set-EphemeralFeatureGate /var/lib/kubelet/config.yaml, and then: systemctl restart kubelet"),
            _ => Required("Kubelet", passed: true, $"The node's kubelet ({shown}) starts ephemeral containers."),
        };
    }

    private static EphemeralClusterCheck EarlierContainers(JsonObject pod, JsonObject? podNamespace)
    {
        PodSecurityLevel level = podNamespace is null ? PodSecurityLevel.Restricted : PodSecurityLevels.Of(podNamespace).Enforce;
        var blocking = (pod["spec"]?["ephemeralContainers"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(container => (Name: container.Text("name"), Violation: PodSecurityRules.Violations(pod, container, level).FirstOrDefault()))
            .FirstOrDefault(container => container.Violation is not null);
        if (blocking.Violation is null)
        {
            return Required("EarlierContainers", passed: true, "No earlier ephemeral container stands in the way.");
        }

        string name = ControlCharacters.MakeVisible(blocking.Name ?? "");
        return podNamespace is null
            ? Required("EarlierContainers", passed: null, $"Container '{name}' may stand in the way of others, if the namespace enforces a PodSecurity level: {blocking.Violation}.")
            : Required(
                "EarlierContainers",
                passed: false,
                $"Container '{name}' was added before the namespace enforced its PodSecurity level, or by somebody exempt, and makes the server refuse every further one: {blocking.Violation}.",
                "It stays until the pod ends: delete the pod, when a controller makes it anew, or debug a copy.");
    }

    private static EphemeralClusterCheck PullSecrets(JsonObject pod)
    {
        string[] secrets = [.. Named(pod, "imagePullSecrets").Select(ControlCharacters.MakeVisible)];
        return Optional(
            "ImagePullSecrets",
            passed: true,
            secrets.Length == 0
                ? "The pod has none: the debug image has to be public, or one that the node may pull by itself."
                : $"The debug image is pulled with those of the pod: {string.Join(", ", secrets)}.");
    }

    private static IEnumerable<string> Named(JsonObject pod, string list) =>
        (pod["spec"]?[list] as JsonArray ?? []).Select(item => item?["name"].Text()).OfType<string>();

    private static EphemeralClusterCheck Required(string name, bool? passed, string reason, string? remedy = null) =>
        new(name, CheckSeverity.Required, passed, reason, remedy);

    private static EphemeralClusterCheck Optional(string name, bool? passed, string reason) =>
        new(name, CheckSeverity.Optional, passed, reason);
}
