namespace EphemeralDebug.Api;

/// <summary>What a request is for, in the words of Kubernetes' authorization: needed to say which right is missing.</summary>
/// <param name="Verb">The verb, such as <c>get</c>, <c>list</c>, <c>patch</c>.</param>
/// <param name="Resource">The resource with its subresource, such as <c>pods/ephemeralcontainers</c>.</param>
/// <param name="Namespace">The namespace, or null for the whole cluster.</param>
/// <param name="Name">The object's name, or null.</param>
internal sealed record ApiAction(string Verb, string Resource, string? Namespace = null, string? Name = null)
{
    /// <summary>The error id for an object that is not there: <c>PodNotFound</c> for pods and their subresources.</summary>
    public string NotFoundId => Resource switch
    {
        "nodes" => "NodeNotFound",
        _ when Resource.StartsWith("pods", StringComparison.Ordinal) => "PodNotFound",
        _ => "ObjectNotFound",
    };

    /// <summary>Such as <c>patch pods/ephemeralcontainers of 'default/web'</c>.</summary>
    public string Describe() => (Namespace, Name) switch
    {
        (not null, not null) => $"{Verb} {Resource} of '{Namespace}/{Name}'",
        (not null, null) => $"{Verb} {Resource} in namespace '{Namespace}'",
        (null, not null) => $"{Verb} {Resource} '{Name}'",
        _ => $"{Verb} {Resource}",
    };
}
