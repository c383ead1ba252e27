namespace EphemeralDebug;

/// <summary>What it means that a check has failed.</summary>
public enum CheckSeverity
{
    /// <summary>Ephemeral containers can't be used.</summary>
    Required,

    /// <summary>Something that not everybody needs can't be used.</summary>
    Optional,
}
