namespace EphemeralDebug;

/// <summary>What a file is in which a feature gate is set.</summary>
public enum FeatureGateFileKind
{
    /// <summary>A KubeletConfiguration (kubelet.config.k8s.io), in YAML or JSON.</summary>
    KubeletConfiguration,

    /// <summary>Variables with the kubelet's arguments, as systemd reads them (EnvironmentFile=).</summary>
    KubeletEnvironment,

    /// <summary>The manifest of a static pod that runs kube-apiserver.</summary>
    ApiServerManifest,

    /// <summary>The manifest of a static pod that runs kube-scheduler.</summary>
    SchedulerManifest,
}
