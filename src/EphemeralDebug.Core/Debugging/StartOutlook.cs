namespace EphemeralDebug.Debugging;

/// <summary>What can be expected of a container that is not running yet.</summary>
internal enum StartOutlook
{
    /// <summary>It is on its way.</summary>
    Starting,

    /// <summary>It failed, and the kubelet tries again: a registry may come back, a secret may still be made.</summary>
    Retrying,

    /// <summary>It failed, and no further try can end differently.</summary>
    Hopeless,
}

/// <summary>Judges a waiting container by the reason that the kubelet gives (pkg/kubelet/images and kuberuntime of Kubernetes).</summary>
internal static class StartOutlooks
{
    public static StartOutlook Judge(EphemeralContainer container) => container.State is not ContainerState.Waiting
        ? StartOutlook.Starting
        : container.Reason switch
        {
            "InvalidImageName" or "ErrImageNeverPull" or "RunContainerError" or "StartError" => StartOutlook.Hopeless,
            null or "ContainerCreating" or "PodInitializing" or "Pulling" => StartOutlook.Starting,
            _ when container.Reason.StartsWith("Err", StringComparison.Ordinal)
                || container.Reason.EndsWith("Error", StringComparison.Ordinal)
                || container.Reason.EndsWith("BackOff", StringComparison.Ordinal)
                || container.Reason is "ImageInspectError" or "RegistryUnavailable" or "SignatureValidationFailed"
                => StartOutlook.Retrying,
            _ => StartOutlook.Starting,
        };

    /// <summary>What a user can do about a start that failed.</summary>
    public static string Advise(EphemeralContainer container) => container.Reason switch
    {
        "InvalidImageName" => "Correct the image's name.",
        "ErrImageNeverPull" => "The node does not have the image: use -ImagePullPolicy IfNotPresent, or an image that is there.",
        "ErrImagePull" or "ImagePullBackOff" =>
            "Check the image's name and tag, and whether the node may pull it (imagePullSecrets of the pod apply); wait longer with -StartGraceSec.",
        "CreateContainerConfigError" =>
            "The container's settings do not fit: an image that runs as root needs another -Profile than Restricted, and every secret or config map that it names has to exist.",
        "RunContainerError" or "StartError" or "CreateContainerError" =>
            "The command could not be started: check that it exists in the image. For an image without a shell give -Command, or -ImageCommand to run the image's own.",
        _ => "See the pod's events for the reason (kubectl describe pod).",
    };
}
