using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.FeatureGates;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>Checks of the server itself: whether it answers, to whom, and whether it has ephemeral containers.</summary>
internal static class ClusterChecks
{
    private const string EnableGate =
        $"""
        Turn on the feature gate {GateHistory.EphemeralContainers}, or upgrade the cluster to 1.23 or later, where it is on by default.
        On each control plane machine: Set-EphemeralFeatureGate /etc/kubernetes/manifests/kube-apiserver.yaml, /etc/kubernetes/manifests/kube-scheduler.yaml
        On each node: Set-EphemeralFeatureGate /var/lib/kubelet/config.yaml, and then: systemctl restart kubelet
        """;

    public static EphemeralClusterCheck Server(PreflightFacts facts)
    {
        string address = facts.Subject.Server.GetLeftPart(UriPartial.Authority);
        if (!facts.Version.IsFromServer && !facts.Discovery.IsFromServer)
        {
            return Create("Server", passed: false, facts.Version.Failure!.Message, facts.Version.Failure.RecommendedAction);
        }

        string version = facts.Version.Value?.GitVersion is { } text
            ? $"runs {ControlCharacters.MakeVisible(text)}"
            : "does not tell its version";
        return Create("Server", passed: true, $"{address} answers and {version}.");
    }

    public static EphemeralClusterCheck User(PreflightFacts facts)
    {
        EphemeralDebugException? unauthorized = new[] { facts.User.Failure, facts.Discovery.Failure, facts.Version.Failure }
            .FirstOrDefault(failure => failure is KubernetesStatusException { StatusCode: HttpStatusCode.Unauthorized });
        if (unauthorized is not null)
        {
            return Create("User", passed: false, "The server does not accept the credentials.", unauthorized.RecommendedAction);
        }

        return facts.UserName switch
        {
            null => Create("User", passed: null, "The server does not tell who the user is; it does so from 1.28 on."),
            "system:anonymous" => Create(
                "User",
                passed: false,
                "The server takes you for anonymous: no credentials, or none that it knows, were sent.",
                "Connect with credentials: Connect-EphemeralCluster -Context, -Token or -Certificate."),
            { } name => Create("User", passed: true, $"You are {ControlCharacters.MakeVisible(name)}."),
        };
    }

    public static EphemeralClusterCheck Api(PreflightFacts facts) => facts.Form switch
    {
        null => Create(
            "EphemeralContainersApi",
            passed: null,
            $"What the server serves could not be read: {facts.Discovery.Failure?.Message ?? "its answer is no list of resources"}",
            facts.Discovery.Failure?.RecommendedAction),
        SubresourceForm.Modern => Create("EphemeralContainersApi", passed: true, "Pods have ephemeral containers."),
        SubresourceForm.Legacy => Create(
            "EphemeralContainersApi",
            passed: true,
            "Pods have ephemeral containers in the form of 1.16 to 1.21 (kind EphemeralContainers), which forbids security contexts: use the profiles Legacy or Baseline."),
        _ => Absent(facts.ServerVersion),
    };

    private static EphemeralClusterCheck Absent(KubernetesVersion? version)
    {
        (string reason, string remedy) = version switch
        {
            null => ("The server has no ephemeral containers.", "A server of 1.16 to 1.22 needs the feature gate EphemeralContainers; see Set-EphemeralFeatureGate."),
            { } old when old < GateHistory.Alpha => ($"Ephemeral containers came with {GateHistory.Alpha}.", "Upgrade the cluster, or debug a copy of the pod."),
            { } alpha when alpha < GateHistory.OnByDefault => ($"The feature gate EphemeralContainers is off, as it is by default before {GateHistory.OnByDefault}.", EnableGate),
            { } beta when beta < GateHistory.Locked => (
                "The feature gate EphemeralContainers has been turned off.",
                "Take EphemeralContainers=false out of --feature-gates of the API server: Set-EphemeralFeatureGate /etc/kubernetes/manifests/kube-apiserver.yaml on each control plane machine."),
            _ => ("The server has no ephemeral containers, though its version should.", "Check that the address is that of a Kubernetes API server; some virtual clusters leave subresources out."),
        };
        return Create("EphemeralContainersApi", passed: false, reason, remedy);
    }

    private static EphemeralClusterCheck Create(string name, bool? passed, string reason, string? remedy = null) =>
        new(name, CheckSeverity.Required, passed, reason, remedy);
}
