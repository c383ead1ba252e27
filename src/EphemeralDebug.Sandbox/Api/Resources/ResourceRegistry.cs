using EphemeralDebug.Sandbox.Api.Editions;
using EphemeralDebug.Sandbox.Api.Workloads;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api.Resources;

/// <summary>The resources of the simulated cluster.</summary>
internal sealed class ResourceRegistry
{
    private static readonly string[] Writable = ["create", "delete", "get", "list", "patch", "update", "watch"];
    private static readonly string[] WritableCollection = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] GetAndWrite = ["get", "patch", "update"];
    private static readonly string[] Proxy = ["create", "delete", "get", "patch", "update"];

    private readonly ResourceDefinition[] _definitions;

    public ResourceRegistry(Revision revision, PodStore pods, ApiEdition edition)
    {
        Pods = new ResourceDefinition("", "v1", "pods", "Pod", pods.Objects)
        {
            Verbs = WritableCollection,
            ShortNames = ["po"],
            Categories = ["all"],
            StorageVersionHash = "xPOwRZ+Yhw8=",
            Columns = PodColumns.All,
            SelectableFields = Fields(
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
                "status.phase", "status.podIP", "status.nominatedNodeName"),
            Subresources = edition.PodSubresources,
            Schema = edition.Schema,
        };
        Namespaces = new ResourceDefinition("", "v1", "namespaces", "Namespace", new ObjectStore(revision))
        {
            Namespaced = false,
            Verbs = Writable,
            ShortNames = ["ns"],
            StorageVersionHash = "Q3oi5N2YM8M=",
            Columns = OtherColumns.Namespaces,
            SelectableFields = Fields("status.phase"),
            Subresources = [new("finalize", "Namespace", "update"), new("status", "Namespace", GetAndWrite)],
        };
        Nodes = new ResourceDefinition("", "v1", "nodes", "Node", new ObjectStore(revision))
        {
            Namespaced = false,
            Verbs = WritableCollection,
            ShortNames = ["no"],
            StorageVersionHash = "XwShjMxG9Fs=",
            Columns = OtherColumns.Nodes,
            SelectableFields = Fields("spec.unschedulable"),
            Subresources = [new("proxy", "NodeProxyOptions", Proxy), new("status", "Node", GetAndWrite)],
        };
        Events = new ResourceDefinition("", "v1", "events", "Event", new ObjectStore(revision))
        {
            ShortNames = ["ev"],
            Columns = OtherColumns.Events,
            SelectableFields = Fields(
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath",
                "reason", "reportingComponent", "source", "type"),
        };
        Workloads = [.. CreateWorkloads(revision)];
        _definitions = [Events, Namespaces, Nodes, Pods, .. Workloads, .. Empty(revision)];
    }

    /// <summary>The same objects, as another edition serves them.</summary>
    public ResourceRegistry(ResourceRegistry other, ApiEdition edition)
    {
        Pods = other.Pods with { Subresources = edition.PodSubresources, Schema = edition.Schema };
        Namespaces = other.Namespaces;
        Nodes = other.Nodes;
        Events = other.Events;
        Workloads = other.Workloads;
        _definitions = [.. other._definitions.Select(definition => definition == other.Pods ? Pods : definition)];
    }

    public ResourceDefinition Pods { get; }

    public ResourceDefinition Namespaces { get; }

    public ResourceDefinition Nodes { get; }

    public ResourceDefinition Events { get; }

    /// <summary>Deployments and what else makes pods, and services.</summary>
    public IReadOnlyList<ResourceDefinition> Workloads { get; }

    /// <summary>The objects of a kind of workload.</summary>
    public ObjectStore StoreOf(string kind) => Workloads.Single(definition => definition.Kind == kind).Store;

    /// <summary>The resources of a group's version that have objects, by name.</summary>
    public IEnumerable<ResourceDefinition> Of(string group, string version) => _definitions
        .Where(definition => definition.Group == group && definition.Version == version)
        .OrderBy(definition => definition.Name, StringComparer.Ordinal);

    public ResourceDefinition? Find(string group, string version, string name) =>
        Array.Find(_definitions, definition => definition.Group == group && definition.Version == version && definition.Name == name);

    private static IEnumerable<ResourceDefinition> CreateWorkloads(Revision revision)
    {
        SubresourceDefinition status = new("status", "", GetAndWrite);
        SubresourceDefinition scale = new("scale", "Scale", GetAndWrite) { KindVersion = ("autoscaling", "v1") };
        ResourceDefinition Workload(string group, string name, string kind, IReadOnlyList<TableColumn> columns, bool scales, params string[] shortNames) =>
            new(group, "v1", name, kind, new ObjectStore(revision))
            {
                Verbs = WritableCollection,
                ShortNames = shortNames,
                Categories = ["all"],
                JsonOnly = true,
                Columns = columns,
                Subresources = scales ? [scale, status with { Kind = kind }] : [status with { Kind = kind }],
            };
        yield return Workload("", "services", "Service", WorkloadColumns.Services, scales: false, "svc");
        yield return Workload("apps", "daemonsets", "DaemonSet", WorkloadColumns.DaemonSets, scales: false, "ds");
        yield return Workload("apps", "deployments", "Deployment", WorkloadColumns.Deployments, scales: true, "deploy");
        yield return Workload("apps", "replicasets", "ReplicaSet", WorkloadColumns.ReplicaSets, scales: true, "rs");
        yield return Workload("apps", "statefulsets", "StatefulSet", WorkloadColumns.StatefulSets, scales: true, "sts");
        yield return Workload("batch", "cronjobs", "CronJob", WorkloadColumns.CronJobs, scales: false, "cj");
        yield return Workload("batch", "jobs", "Job", WorkloadColumns.Jobs, scales: false);
    }

    /// <summary>What clients look for and this cluster has none of.</summary>
    private static IEnumerable<ResourceDefinition> Empty(Revision revision)
    {
        ResourceDefinition None(string group, string name, string kind, params string[] shortNames) =>
            new(group, "v1", name, kind, new ObjectStore(revision)) { ShortNames = shortNames };
        string[] all = ["all"];
        yield return None("", "configmaps", "ConfigMap", "cm");
        yield return None("", "secrets", "Secret");
        yield return None("", "serviceaccounts", "ServiceAccount", "sa");
        yield return None("", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc");
        yield return None("", "replicationcontrollers", "ReplicationController", "rc") with { Categories = all };
    }

    private static HashSet<string> Fields(params string[] names) =>
        new([.. names, "metadata.name", "metadata.namespace"], StringComparer.Ordinal);
}
