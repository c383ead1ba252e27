using System.Text.Json;

namespace EphemeralDebug.Api.Wire;

/// <summary>A pod with the parts of its metadata that tell who made it: large, and of no use to anybody else.</summary>
internal sealed class TracedPodResource
{
    public TracedObjectMeta? Metadata { get; set; }

    public PodSpec? Spec { get; set; }

    public PodStatus? Status { get; set; }

    /// <summary>The pod for those who need not know who made it.</summary>
    public PodResource ToPod() => new()
    {
        Metadata = new ObjectMeta
        {
            Name = Metadata?.Name,
            Namespace = Metadata?.Namespace,
            Uid = Metadata?.Uid,
            ResourceVersion = Metadata?.ResourceVersion,
            DeletionTimestamp = Metadata?.DeletionTimestamp,
        },
        Spec = Spec,
        Status = Status,
    };
}

internal sealed class TracedObjectMeta
{
    public string? Name { get; set; }

    public string? Namespace { get; set; }

    public string? Uid { get; set; }

    public string? ResourceVersion { get; set; }

    public DateTimeOffset? CreationTimestamp { get; set; }

    public DateTimeOffset? DeletionTimestamp { get; set; }

    public Dictionary<string, string>? Labels { get; set; }

    public Dictionary<string, string>? Annotations { get; set; }

    public List<OwnerReference>? OwnerReferences { get; set; }

    public List<ManagedFieldsEntry>? ManagedFields { get; set; }
}

internal sealed class OwnerReference
{
    public string? Kind { get; set; }

    public string? Name { get; set; }

    public bool Controller { get; set; }
}

/// <summary>Which fields one client has set, in one way of writing.</summary>
internal sealed class ManagedFieldsEntry
{
    public string? Manager { get; set; }

    /// <summary>Update or Apply.</summary>
    public string? Operation { get; set; }

    public string? Subresource { get; set; }

    /// <summary>A tree of <c>f:field</c> and <c>k:{key}</c>; <c>.</c> stands for the item itself.</summary>
    public JsonElement FieldsV1 { get; set; }
}

internal sealed class TracedPodListResource
{
    public ObjectMeta? Metadata { get; set; }

    public List<TracedPodResource>? Items { get; set; }
}
