namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>How the simulated node behaves.</summary>
internal sealed record KubeletOptions
{
    /// <summary>The node's name; pods that name another node are left alone.</summary>
    public string NodeName { get; init; } = "sandbox-node";

    /// <summary>Whether the node is as those of Kubernetes 1.20: it tells less of a container, and its streams are of version 4.</summary>
    public bool IsLegacy { get; init; }

    /// <summary>The node's address.</summary>
    public string NodeAddress { get; init; } = "127.0.0.1";

    /// <summary>How long it takes to pull an image that the node does not have.</summary>
    public TimeSpan PullDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Other delays for some images, by the name as a pod gives it.</summary>
    public IReadOnlyDictionary<string, TimeSpan> PullDelays { get; init; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>The images that the node has from the beginning.</summary>
    public IReadOnlyList<string> PresentImages { get; init; } = ["busybox:1.36", "registry.k8s.io/pause:3.10"];

    /// <summary>How soon what failed is looked at again. A real kubelet takes about ten seconds.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The first pause before an image is pulled, or a container restarted, again; it doubles each time.</summary>
    public TimeSpan InitialBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause.</summary>
    public TimeSpan MostBackOff { get; init; } = TimeSpan.FromMinutes(5);
}
