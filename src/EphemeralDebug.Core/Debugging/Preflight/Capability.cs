using EphemeralDebug.Api;

namespace EphemeralDebug.Debugging.Preflight;

/// <summary>Something that a user wants to do, and the rights that it takes.</summary>
/// <param name="Name">The name of its check.</param>
/// <param name="Severity">What it means when it can't be done.</param>
/// <param name="Role">The role that gives the rights.</param>
/// <param name="Rights">The rights.</param>
internal sealed record Capability(string Name, CheckSeverity Severity, DebugRole Role, IReadOnlyList<AccessRight> Rights)
{
    public static readonly AccessRight ReadPod = new("get", "pods");

    /// <summary>Since this version a WebSocket needs create, where it was get alone before.</summary>
    private static readonly KubernetesVersion s_streamsNeedCreate = new(1, 35);

    /// <summary>All capabilities on a server.</summary>
    /// <param name="form">The form of its API; null when it is not known.</param>
    /// <param name="version">Its version; null when it is not known.</param>
    public static IReadOnlyList<Capability> All(SubresourceForm? form, KubernetesVersion? version)
    {
        string[] streamVerbs = version < s_streamsNeedCreate ? ["get"] : ["get", "create"];
        string[] addVerbs = form switch
        {
            SubresourceForm.Modern => ["patch"],
            SubresourceForm.Legacy => ["get", "update"],
            _ => ["get", "patch", "update"],
        };
        return
        [
            new("AddContainers", CheckSeverity.Required, DebugRole.Debugger, [ReadPod, .. Each("pods/ephemeralcontainers", addVerbs)]),
            new("WaitForContainers", CheckSeverity.Required, DebugRole.Debugger, Each("pods", "list", "watch")),
            new("Exec", CheckSeverity.Required, DebugRole.Debugger, Each("pods/exec", streamVerbs)),
            new("Attach", CheckSeverity.Optional, DebugRole.Debugger, Each("pods/attach", streamVerbs)),
            new("Logs", CheckSeverity.Optional, DebugRole.Debugger, Each("pods/log", "get")),
            new("PortForward", CheckSeverity.Optional, DebugRole.Debugger, Each("pods/portforward", streamVerbs)),
            new("NamespaceInformation", CheckSeverity.Optional, DebugRole.Debugger, Each("namespaces", "get")),
            new("DebugPods", CheckSeverity.Optional, DebugRole.PodCreator, Each("pods", "create", "delete")),
            new("NodeInformation", CheckSeverity.Optional, DebugRole.NodeReader, Each("nodes", "get")),
        ];
    }

    private static AccessRight[] Each(string resource, params string[] verbs) =>
        [.. verbs.Select(verb => new AccessRight(verb, resource))];
}

/// <summary>The roles that a user may be given: apart, because not everybody who debugs should make pods or see nodes.</summary>
internal enum DebugRole
{
    Debugger,
    PodCreator,
    NodeReader,
}

/// <summary>In which form a server has the ephemeral containers of pods.</summary>
internal enum SubresourceForm
{
    /// <summary>Not at all.</summary>
    Absent,

    /// <summary>As kind EphemeralContainers, of 1.16 to 1.21.</summary>
    Legacy,

    /// <summary>As kind Pod, since 1.22.</summary>
    Modern,
}
