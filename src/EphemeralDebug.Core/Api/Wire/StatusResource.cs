namespace EphemeralDebug.Api.Wire;

/// <summary>Kubernetes' meta/v1 Status: the answer in place of an object, and what ends a stream.</summary>
internal sealed class StatusResource
{
    public string? Kind { get; set; }

    public ObjectMeta? Metadata { get; set; }

    public string? Status { get; set; }

    public string? Message { get; set; }

    public string? Reason { get; set; }

    public int? Code { get; set; }

    public StatusDetails? Details { get; set; }
}

internal sealed class StatusDetails
{
    public string? Name { get; set; }

    public string? Group { get; set; }

    public string? Kind { get; set; }

    public int? RetryAfterSeconds { get; set; }

    public List<StatusCause>? Causes { get; set; }
}

internal sealed class StatusCause
{
    public string? Reason { get; set; }

    public string? Message { get; set; }

    public string? Field { get; set; }
}

/// <summary>One line of a watch. The object is a pod, or a Status when the type is ERROR.</summary>
internal sealed class WatchEventResource
{
    public string? Type { get; set; }

    public System.Text.Json.JsonElement Object { get; set; }
}

/// <summary>The answer of <c>/version</c>.</summary>
internal sealed class VersionResource
{
    public string? GitVersion { get; set; }
}

/// <summary>The answer of <c>/api/v1</c>: the resources and subresources that the server has.</summary>
internal sealed class ResourceListResource
{
    public List<ApiResource>? Resources { get; set; }
}

/// <summary>One of them, such as <c>pods/ephemeralcontainers</c>, and the kind that it takes.</summary>
internal sealed class ApiResource
{
    public string? Name { get; set; }

    public string? Kind { get; set; }
}
