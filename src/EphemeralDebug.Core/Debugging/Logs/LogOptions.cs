namespace EphemeralDebug.Debugging.Logs;

/// <summary>Which part of a log is wanted.</summary>
internal sealed record LogOptions
{
    /// <summary>Go on with what is printed later, until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Only the last lines of what is there; null for all.</summary>
    public long? Tail { get; init; }

    /// <summary>Only what was printed in this time; null for all.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Only what was printed since; null for all.</summary>
    public DateTimeOffset? Since { get; init; }
}
