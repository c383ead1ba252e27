namespace EphemeralDebug.Debugging.Workloads;

/// <summary>A kind of object that has pods by a label selector: those that <c>kubectl exec</c> and <c>logs</c> take.</summary>
/// <param name="Kind">The kind, such as <c>Deployment</c>.</param>
/// <param name="Group">The API group; empty for that of pods.</param>
/// <param name="Resource">The resource's name in paths and roles, such as <c>deployments</c>.</param>
/// <param name="ShortName">kubectl's short name, such as <c>deploy</c>, or null.</param>
internal sealed record WorkloadKind(string Kind, string Group, string Resource, string? ShortName)
{
    /// <summary>The version that is asked for; all of these are stable.</summary>
    public const string Version = "v1";

    private static readonly WorkloadKind[] s_all =
    [
        new("Deployment", "apps", "deployments", "deploy"),
        new("StatefulSet", "apps", "statefulsets", "sts"),
        new("DaemonSet", "apps", "daemonsets", "ds"),
        new("ReplicaSet", "apps", "replicasets", "rs"),
        new("Job", "batch", "jobs", ShortName: null),
        new("Service", "", "services", "svc"),
        new("ReplicationController", "", "replicationcontrollers", "rc"),
    ];

    /// <summary>The name of the resource as roles have it, such as <c>deployments.apps</c>.</summary>
    public string QualifiedResource => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    /// <summary>The kind of an object, or null when it is none that has pods.</summary>
    public static WorkloadKind? OfObject(string kind) => Array.Find(s_all, k => k.Kind == kind);

    /// <summary>
    /// What a user or <c>kubectl get -o name</c> writes before the slash, or null: the kind, its plural or its short name,
    /// with or without the group and version, such as <c>deploy</c>, <c>deployment.apps</c>, <c>deployments.v1.apps</c>.
    /// </summary>
    public static WorkloadKind? Named(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string resource = dot < 0 ? name : name[..dot];
        string rest = dot < 0 ? "" : name[dot..];
        return Array.Find(s_all, k => k.Has(resource) && k.Accepts(rest));
    }

    private bool Has(string name) =>
        string.Equals(name, Kind, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, Resource, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, ShortName, StringComparison.OrdinalIgnoreCase);

    private bool Accepts(string rest) =>
        rest.Length == 0
        || (Group.Length > 0 && (rest == $".{Group}" || rest == $".{Version}.{Group}"));
}
