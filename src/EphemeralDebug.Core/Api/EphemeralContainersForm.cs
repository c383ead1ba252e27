namespace EphemeralDebug.Api;

/// <summary>What a server takes and returns at the subresource <c>pods/ephemeralcontainers</c>.</summary>
internal enum EphemeralContainersForm
{
    /// <summary>Nobody has asked yet.</summary>
    Unknown,

    /// <summary>A Pod: Kubernetes 1.22 and later.</summary>
    Pod,

    /// <summary>A list of kind EphemeralContainers: Kubernetes 1.16 to 1.21 with the feature on.</summary>
    Legacy,

    /// <summary>There is no such subresource: the feature is off, or the server is older than it.</summary>
    NotServed,
}
