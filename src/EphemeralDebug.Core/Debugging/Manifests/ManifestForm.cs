namespace EphemeralDebug;

/// <summary>The forms in which ephemeral containers are written down.</summary>
public enum ManifestForm
{
    /// <summary>A Pod with <c>spec.ephemeralContainers</c>: for servers of Kubernetes 1.22 and later.</summary>
    Pod,

    /// <summary>A list of kind EphemeralContainers: for servers of Kubernetes 1.16 to 1.21.</summary>
    EphemeralContainers,

    /// <summary>The containers alone, one document each, as they go into other documents.</summary>
    Container,
}

/// <summary>The notations of a manifest.</summary>
public enum ManifestNotation
{
    /// <summary>YAML in block style.</summary>
    Yaml,

    /// <summary>Indented JSON.</summary>
    Json,
}
