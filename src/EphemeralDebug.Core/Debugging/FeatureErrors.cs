using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging;

/// <summary>What a server's version or configuration does not allow.</summary>
internal static class FeatureErrors
{
    /// <summary>The id for a security context that the server's API refuses.</summary>
    public const string NoSecurityContextId = "SecurityContextNotSupported";

    /// <summary>The server does not have the subresource at all.</summary>
    public static EphemeralDebugException Disabled(ClusterSession session, Exception? cause) => new(
        "EphemeralContainersDisabled",
        FailureKind.InvalidOperation,
        $"Ephemeral containers are not enabled on the server {session.Server.GetLeftPart(UriPartial.Authority)}{(session.ServerVersion is { } version ? $" ({version})" : "")}: it does not serve pods/ephemeralcontainers.",
        "Kubernetes 1.16 to 1.22 have them off unless the feature gate EphemeralContainers is set: add --feature-gates=EphemeralContainers=true to the manifests of kube-apiserver and kube-scheduler, set featureGates: {EphemeralContainers: true} in the KubeletConfiguration of every node, and restart the kubelets. Set-EphemeralFeatureGate edits these files, and Test-EphemeralCluster tells what is missing. From 1.23 on they are on.",
        cause);

    /// <summary>A security context was asked for, and the server's API refuses any.</summary>
    public static EphemeralDebugException NoSecurityContext(ContainerAddition addition) => new(
        NoSecurityContextId,
        FailureKind.InvalidArgument,
        $"The server's ephemeral containers API, of Kubernetes 1.16 to 1.21, allows no security context, and container '{string.Join("', '", addition.Names)}' for pod '{addition.Namespace}/{addition.Pod}' asks for one. Nothing was added.",
        "Choose profile Baseline or Legacy, which need none, or take securityContext out.");
}
